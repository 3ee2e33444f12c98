/**
 * A fleet for rxjs-fluxgate: many instances of a service share the circuit of a dependency through an engine such as
 * Redis, without the engine in the path of a call.
 *
 * @packageDocumentation
 * @module rxjs-fluxgate/fleet
 */
export { joinFleet, type Fleet } from './join-fleet.ts';
export type { FleetOptions } from './fleet-options.ts';
export type { FleetStatus } from './fleet-status.ts';
export { memoryStore, type MemoryStoreOptions } from './memory-store.ts';
export { openMembers } from './open-members.ts';
export type { FleetState } from './record.ts';
export type { FleetStore, FleetView, MemberReport, RecordChange, Replacement } from './store.ts';
