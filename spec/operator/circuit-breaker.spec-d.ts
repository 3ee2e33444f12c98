import { CircuitBreaker, circuitBreaker, firstValue, type CircuitBreakerConfig, type Classifier } from 'rxjs-fluxgate';
import { map, of, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { describe, expectTypeOf, it } from 'vitest';

interface Reply {
  readonly status: number;
}

interface Page extends Reply {
  readonly body: string;
}

declare const page$: Observable<Page>;

const breaker = new CircuitBreaker();
const byStatus: Classifier<Reply> = ({ status }) => (status >= 500 ? 'failure' : 'success');

describe('circuitBreaker in pipe', () => {
  it('should keep the type of the source', () => {
    expectTypeOf(page$.pipe(circuitBreaker())).toEqualTypeOf<Observable<Page>>();
    expectTypeOf(page$.pipe(circuitBreaker(breaker))).toEqualTypeOf<Observable<Page>>();
    expectTypeOf(page$.pipe(circuitBreaker({ name: 'pages' }))).toEqualTypeOf<Observable<Page>>();
    expectTypeOf(page$.pipe(circuitBreaker(undefined, {}))).toEqualTypeOf<Observable<Page>>();
    expectTypeOf(of(1).pipe(circuitBreaker())).toEqualTypeOf<Observable<number>>();
    expectTypeOf(of<(1 | 'a')[]>(1).pipe(circuitBreaker(breaker))).toEqualTypeOf<Observable<1 | 'a'>>();
  });

  it('should infer what a classifier is asked about', () => {
    const guarded = page$.pipe(
      circuitBreaker(breaker, {
        classify: (page) => {
          expectTypeOf(page).toEqualTypeOf<Page>();
          return page.body === '' ? 'failure' : undefined;
        },
      }),
    );
    expectTypeOf(guarded).toEqualTypeOf<Observable<Page>>();
  });

  it('should infer it behind other operators', () => {
    const guarded = page$.pipe(
      map(({ body }) => body),
      circuitBreaker({}, { classify: (body) => (body.length > 0 ? 'success' : 'ignored') }),
      map((body) => body.length),
    );
    expectTypeOf(guarded).toEqualTypeOf<Observable<number>>();
  });

  it('should keep the type with firstValue', () => {
    expectTypeOf(page$.pipe(circuitBreaker(breaker, { classify: firstValue }))).toEqualTypeOf<Observable<Page>>();
  });

  it('should keep the type with a classifier of a wider one', () => {
    expectTypeOf(page$.pipe(circuitBreaker(breaker, { classify: byStatus }))).toEqualTypeOf<Observable<Page>>();
  });

  it('should keep the type with a classifier of anything', () => {
    const anything: Classifier<unknown> = () => 'success';
    expectTypeOf(page$.pipe(circuitBreaker(breaker, { classify: anything }))).toEqualTypeOf<Observable<Page>>();
  });

  it('should keep the type with an annotated classifier', () => {
    const guarded = page$.pipe(
      circuitBreaker(breaker, { classify: (page: Page) => (page.body ? 'success' : undefined) }),
    );
    expectTypeOf(guarded).toEqualTypeOf<Observable<Page>>();
  });

  it('should keep the type with a config made elsewhere', () => {
    const config: CircuitBreakerConfig<Page> = { classify: ({ body }) => (body ? 'success' : 'failure') };
    expectTypeOf(page$.pipe(circuitBreaker(breaker, config))).toEqualTypeOf<Observable<Page>>();
  });

  it('should keep the type of a generic source', () => {
    function guard<T>(source: Observable<T>, classify?: Classifier<T>): Observable<T> {
      return source.pipe(circuitBreaker(breaker, { classify }));
    }
    expectTypeOf(guard(page$)).toEqualTypeOf<Observable<Page>>();
    expectTypeOf(guard(page$, byStatus)).toEqualTypeOf<Observable<Page>>();
  });
});

describe('circuitBreaker alone', () => {
  it('should take its type from the classifier', () => {
    const operator = circuitBreaker(breaker, { classify: (r: Response) => (r.ok ? 'success' : 'failure') });
    expectTypeOf(operator).toEqualTypeOf<MonoTypeOperatorFunction<Response>>();
  });

  it('should take its type as an argument', () => {
    expectTypeOf(circuitBreaker<Page>(breaker)).toEqualTypeOf<MonoTypeOperatorFunction<Page>>();
    expectTypeOf(circuitBreaker<Page>()).toEqualTypeOf<MonoTypeOperatorFunction<Page>>();
    const operator = circuitBreaker<Page>({}, { classify: (page) => (page.body ? 'success' : 'failure') });
    expectTypeOf(operator).toEqualTypeOf<MonoTypeOperatorFunction<Page>>();
    expectTypeOf(circuitBreaker<Page>(breaker, { classify: byStatus })).toEqualTypeOf<MonoTypeOperatorFunction<Page>>();
  });

  it('should take its type from where it is wanted', () => {
    const operator: MonoTypeOperatorFunction<Page> = circuitBreaker(breaker, {
      classify: ({ body }) => (body ? 'success' : 'failure'),
    });
    expectTypeOf(operator(page$)).toEqualTypeOf<Observable<Page>>();
  });
});

describe('what circuitBreaker must not take', () => {
  it('should refuse misspelt options', () => {
    // @ts-expect-error -- maxProbes
    void page$.pipe(circuitBreaker({ maxProbe: 1 }));
    // @ts-expect-error -- classify
    void page$.pipe(circuitBreaker(breaker, { clasify: firstValue }));
  });

  it('should refuse outcomes that do not exist', () => {
    // @ts-expect-error -- 'success'
    void page$.pipe(circuitBreaker(breaker, { classify: () => 'ok' }));
    // @ts-expect-error -- not a boolean
    void page$.pipe(circuitBreaker(breaker, { classify: ({ status }) => status < 500 }));
    // @ts-expect-error -- a promise comes too late
    void page$.pipe(circuitBreaker(breaker, { classify: () => Promise.resolve('success') }));
  });

  it('should refuse a classifier of something else', () => {
    // @ts-expect-error -- a page is no string
    void page$.pipe(circuitBreaker(breaker, { classify: (text: string) => (text ? 'success' : 'failure') }));
  });

  it('should refuse what is neither a breaker nor options', () => {
    // @ts-expect-error -- a name is no breaker
    void page$.pipe(circuitBreaker('payments'));
    // @ts-expect-error -- null is no breaker
    void page$.pipe(circuitBreaker(null));
  });

  it('should refuse a classifier in the place of the config', () => {
    // @ts-expect-error -- { classify: firstValue }
    void page$.pipe(circuitBreaker(breaker, firstValue));
  });
});
