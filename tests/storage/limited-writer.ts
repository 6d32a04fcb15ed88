import { recordsOver } from '../../src/storage/records/records-over.ts';
import { StoreThread } from '../../src/storage/sqlite/thread/store-thread.ts';
import { sampleAnalysis } from '../support/samples.ts';

/** Writes to the file that it is given until that fails, then says why and what the store says of itself. */
const records = recordsOver(new StoreThread(process.argv[2]!));
const reason = (asked: Promise<unknown>) =>
  asked.then(
    () => null,
    ({ code, message }: { code: string; message: string }) => ({ code, message }),
  );
const put = (n: number) => {
  const analysis = sampleAnalysis({ analysis_id: `ana_${n}` });
  return records.analyses.put({ owner: 'ann', analysis, imageKey: null, state: 'x'.repeat(60_000) });
};
await put(0);
const before = await reason(records.writable());
let failed: Awaited<ReturnType<typeof reason>> = null;
for (let n = 1; n < 500 && failed === null; n += 1) failed = await reason(put(n));
const after = await reason(records.writable());
process.stdout.write(JSON.stringify({ before, failed, after }));
await records.close().catch(() => {});
