import { decide, InvalidRequest } from '../engine/decide.js';
import type { RequestFault } from '../engine/reading/reader.js';
import type { RoutingRequest } from '../engine/request.js';

/** A request as JSON: all but its nodes, and each node (null where it has no list of them). */
export interface RequestTexts {
  readonly frame: string;
  readonly nodes: readonly string[] | null;
}

/** What a thread answers: the decision as JSON, or faults as data (errors lose their class on the way between threads). */
export type ThreadAnswer = { readonly decision: string } | { readonly faults: readonly RequestFault[] };

/**
 * What runs in a thread of its own: one request, wholly decided. Texts travel both ways: writing and reading them takes the event loop a
 * fifth of what cloning the same objects takes it.
 */
export default function decideHere({ frame, nodes }: RequestTexts): ThreadAnswer {
  const rest = JSON.parse(frame);
  const request: RoutingRequest = nodes === null ? rest : { ...rest, nodes: nodes.map((node) => JSON.parse(node)) };
  try {
    return { decision: JSON.stringify(decide(request)) };
  } catch (error) {
    if (error instanceof InvalidRequest) return { faults: error.faults };
    throw error;
  }
}
