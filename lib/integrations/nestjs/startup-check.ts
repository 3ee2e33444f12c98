import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { CircuitBreakerRegistry } from '../../registry/circuit-breaker-registry.ts';
import { CIRCUIT, eachPrototype, MARKED_METHODS } from './circuit-metadata.ts';
import { GUARDED_REGISTRY, getGuardedRegistry, setGuardedRegistry } from './guarded-registry.ts';

/** The metadata by which Nest knows a handler: of HTTP, of a microservice, of a gateway, of GraphQL. */
const HANDLER_METADATA = [
  'path',
  'microservices:handler_type',
  'websockets:message_mapping',
  'graphql:resolver_type',
  'graphql:resolve_reference',
];

/** The metadata of a resolver of a field, around which Nest runs interceptors only if an option of GraphQL asks for it. */
const FIELD_RESOLVER = 'graphql:resolve_property';

/** The token of the options of GraphQL. */
const GRAPHQL_OPTIONS = 'GqlModuleOptions';

type Class = abstract new (...args: never[]) => object;

/** Looks, when the application starts, for decorators that would do nothing, and completes those that Nest cannot. */
export class StartupCheck implements OnModuleInit {
  private readonly _modules: ModulesContainer;
  private readonly _registry: CircuitBreakerRegistry;

  constructor(modules: ModulesContainer, registry: CircuitBreakerRegistry) {
    this._modules = modules;
    this._registry = registry;
  }

  onModuleInit(): void {
    const handlerMetadata = this._runsFieldResolvers() ? [...HANDLER_METADATA, FIELD_RESOLVER] : HANDLER_METADATA;
    for (const module of this._modules.values()) {
      for (const wrapper of [...module.providers.values(), ...module.controllers.values()]) {
        const instance: unknown = wrapper.instance;
        if (isObject(instance)) this._inject(instance);
        // The metatype of a factory is the factory; what it has made is known by the instance.
        const made = isObject(instance) ? (instance.constructor as unknown) : wrapper.metatype;
        if (isClass(made)) checkMarks(made, handlerMetadata);
      }
    }
  }

  private _runsFieldResolvers(): boolean {
    return [...this._modules.values()].some(({ providers }) => {
      const options = providers.get(GRAPHQL_OPTIONS)?.instance as { fieldResolverEnhancers?: unknown } | undefined;
      const enhancers = options?.fieldResolverEnhancers;
      return Array.isArray(enhancers) && enhancers.includes('interceptors');
    });
  }

  /** Nest injects properties into the instances of its own making only, not into those of factories and values. */
  private _inject(instance: object): void {
    if (GUARDED_REGISTRY in instance && !getGuardedRegistry(instance)) {
      setGuardedRegistry.call(instance, this._registry);
    }
  }
}

// Written out, so that the package needs no compiler of decorators.
Injectable()(StartupCheck);
Inject(ModulesContainer)(StartupCheck, undefined, 0);
Inject(CircuitBreakerRegistry)(StartupCheck, undefined, 1);

function checkMarks(marked: Class, handlerMetadata: readonly string[]): void {
  const prototypes = [...eachPrototype(marked.prototype)];
  for (const prototype of prototypes) {
    for (const key of (Reflect.getOwnMetadata(MARKED_METHODS, prototype) ?? []) as readonly (string | symbol)[]) {
      const method: unknown = Reflect.get(marked.prototype as object, key);
      // One that a subclass overrides is another method, with decorators of its own.
      if (Reflect.getOwnPropertyDescriptor(prototype, key)?.value !== method || typeof method !== 'function') continue;
      checkMethod(`${marked.name}.${String(key)}`, method, handlerMetadata);
    }
  }
  const circuit: unknown = Reflect.getMetadata(CIRCUIT, marked);
  if (
    circuit !== undefined &&
    circuit !== false &&
    !prototypes.some((prototype) => hasHandler(prototype, handlerMetadata))
  ) {
    throw new Error(
      `@UseCircuitBreaker on ${marked.name} would do nothing, because none of its methods is a handler; use @Guarded on its methods`,
    );
  }
}

function checkMethod(what: string, method: object, handlerMetadata: readonly string[]): void {
  if (!Reflect.hasMetadata(CIRCUIT, method)) {
    throw new Error(
      `@UseCircuitBreaker on ${what} would do nothing, because a decorator above it replaces the method; put it above that`,
    );
  }
  if (!handlerMetadata.includes(FIELD_RESOLVER) && Reflect.hasMetadata(FIELD_RESOLVER, method)) {
    throw new Error(
      `@UseCircuitBreaker on ${what} would do nothing, because GraphQL runs no interceptors around fields; set fieldResolverEnhancers: ['interceptors'], or use @Guarded`,
    );
  }
  if (!isHandler(method, handlerMetadata)) {
    throw new Error(
      `@UseCircuitBreaker on ${what} would do nothing, because the method is no handler of HTTP, of a microservice, of a gateway or of GraphQL; use @Guarded`,
    );
  }
}

function hasHandler(prototype: object, handlerMetadata: readonly string[]): boolean {
  return Reflect.ownKeys(prototype).some((key) => {
    const method: unknown = Reflect.getOwnPropertyDescriptor(prototype, key)?.value;
    return typeof method === 'function' && key !== 'constructor' && isHandler(method, handlerMetadata);
  });
}

function isHandler(method: object, handlerMetadata: readonly string[]): boolean {
  return handlerMetadata.some((key) => Reflect.hasMetadata(key, method));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isClass(value: unknown): value is Class {
  return typeof value === 'function' && typeof value.prototype === 'object' && value.prototype !== null;
}
