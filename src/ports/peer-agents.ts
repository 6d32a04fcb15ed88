import type { DelegationState, PeerArtifact } from '../contract/delegation.ts';
import type { DelegationTrace } from '../contract/delegation-trace.ts';
import type { PeerSettings } from '../contract/peer-settings.ts';

export interface PeerMessage {
  readonly text: string | null;
  readonly image: { readonly bytes: Uint8Array; readonly mediaType: string } | null;
  readonly data: unknown;
  readonly skill: string | null;
  readonly trace: DelegationTrace;
}

/** Where a task of a peer stands. What it says is not checked further: it is a stranger's. */
export interface PeerTask {
  /** Null: it answered at once, without a task. */
  readonly taskId: string | null;
  readonly state: DelegationState;
  readonly says: string | null;
  readonly artifacts: readonly PeerArtifact[];
}

/** Agents of others. Every call may throw DELEGATION_004 (asked and not answered as it should), also ANALYSIS_006. */
export interface PeerAgents {
  /** DELEGATION_003 where the peer's card does not have the skill. */
  send(peer: PeerSettings, message: PeerMessage, signal: AbortSignal): Promise<PeerTask>;
  get(peer: PeerSettings, taskId: string, signal: AbortSignal): Promise<PeerTask>;
  cancel(peer: PeerSettings, taskId: string, signal: AbortSignal): Promise<PeerTask>;
}
