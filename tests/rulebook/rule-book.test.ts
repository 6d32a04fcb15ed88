import { memoryRecords } from './memory-records.ts';
import { ruleBookContract } from './rule-book.contract.ts';

ruleBookContract('memory', async () => memoryRecords());
