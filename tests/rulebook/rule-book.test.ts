import { memoryRecords } from './memory-records.ts';
import { ruleBookContract } from './rule-book.contract.ts';

ruleBookContract('memory', async () => memoryRecords());
ruleBookContract('memory with transactions', async () => memoryRecords({ transactions: true }));
