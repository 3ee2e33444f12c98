// The attributes of the instruments, the events and the spans.

export const NAME = 'circuit_breaker.name';
export const STATE = 'circuit_breaker.state';
export const OLD_STATE = 'circuit_breaker.old_state';
export const NEW_STATE = 'circuit_breaker.new_state';
export const REASON = 'circuit_breaker.transition.reason';
export const DETAIL = 'circuit_breaker.transition.detail';
export const OUTCOME = 'circuit_breaker.call.outcome';
export const RETRY_AFTER = 'circuit_breaker.retry_after';
