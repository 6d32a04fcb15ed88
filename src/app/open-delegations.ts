import { Audit } from '../access/accounts/audit.ts';
import type { AnalysisService } from '../analysis/service.ts';
import { readImage } from '../analysis/stored-image.ts';
import type { Config } from '../config/config.ts';
import { createDelegations } from '../delegation/create-delegations.ts';
import { startHooks } from '../delegation/hooks.ts';
import type { DelegationService } from '../delegation/service.ts';
import type { Image, ImageIntake } from '../image/image.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Bus } from '../ports/bus.ts';
import type { Records } from '../ports/records.ts';
import type { Log } from '../telemetry/log.ts';
import { openPeers, readPeers } from './open-peers.ts';

interface Parts {
  readonly config: Config;
  readonly records: Records;
  readonly analyses: Pick<AnalysisService, 'get'>;
  readonly blobs: Blobs;
  readonly intake: ImageIntake;
  readonly withoutMetadata: (image: Image, signal?: AbortSignal) => Promise<Uint8Array>;
  readonly bus: Bus;
  readonly log: Log;
  readonly now: () => Date;
  readonly newId: (prefix: string) => string;
}

/** Handing on to other agents, with its hooks. `resume` does nothing where no peer is configured. */
export function openDelegations(parts: Parts): {
  readonly service: DelegationService;
  resume(): void;
  close(): Promise<void>;
} {
  const { config, records, analyses, blobs, intake, bus, log, now, newId } = parts;
  const peers = readPeers(config);
  const agents = openPeers(config);
  const audit = new Audit(records.registry, now);
  const service = createDelegations({
    registry: records.registry,
    peers,
    agents,
    audit: (event) => audit.write(event),
    analysis: (ctx, id) => analyses.get(ctx, id),
    async photo(ctx, id) {
      await analyses.get(ctx, id);
      const key = (await records.analyses.get(id))?.imageKey ?? null;
      const bytes = key === null ? undefined : await readImage({ blobs }, key, ctx.signal);
      if (bytes === undefined) return null;
      return { bytes, mediaType: `image/${(await intake.fromBytes(bytes)).format}` };
    },
    async image(ctx, source) {
      const { signal, roots } = ctx;
      const image = await intake.open(source, { ...(signal && { signal }), ...(roots && { roots }) });
      return { bytes: await parts.withoutMetadata(image, signal), mediaType: `image/${image.format}` };
    },
    mostDepth: config.H200_DELEGATION_DEPTH,
    newId,
    now,
    log,
  });
  const unhook = config.H200_READ_ONLY ? () => {} : startHooks(peers, service, bus, log);
  return {
    service,
    resume() {
      if (peers.length > 0 && !config.H200_READ_ONLY) service.resume();
    },
    async close() {
      unhook();
      await service.close();
      await agents.close();
    },
  };
}
