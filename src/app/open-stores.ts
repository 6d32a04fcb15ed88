import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Cache } from '../ports/cache.ts';
import type { Records } from '../ports/records.ts';
import { createDiskBlobs } from '../storage/disk/blobs.ts';
import { type JsonFile, jsonFile } from '../storage/disk/json-file.ts';
import { createMemoryCache } from '../storage/memory/cache.ts';
import { narrow } from '../storage/private.ts';
import { recordsOver } from '../storage/records/records-over.ts';
import { StoreThread } from '../storage/sqlite/thread/store-thread.ts';
import { ClockRecord } from './clock-check.ts';

/** One function per port: which adapter stands behind it follows from the configuration alone. */

export const recordsFile = (config: Config): string => join(config.H200_DATA_DIR, 'records.db');

export async function openRecords(config: Config): Promise<Records> {
  return recordsOver(new StoreThread(recordsFile(config)));
}

export async function openBlobs(config: Config): Promise<Blobs> {
  const root = join(config.H200_DATA_DIR, 'blobs');
  narrow(root);
  return createDiskBlobs(root);
}

export async function openCache(_config: Config): Promise<Cache> {
  return createMemoryCache();
}

export function openClockRecord(config: Config): JsonFile<ClockRecord> {
  return jsonFile(join(config.H200_DATA_DIR, 'clock.json'), ClockRecord);
}
