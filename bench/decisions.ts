import { imageTables } from '../eval/image-distances.ts';
import { RELIABILITY_HEAD, simulatedRows } from '../eval/reliability.ts';

/**
 * How often the rendered desks are decided, and how often rightly: the tables that docs/accuracy.md shows first, of the
 * installed models. Some minutes; `node eval/accuracy.ts --images --write` puts them into the document.
 */
const { decisions, reliability, edgeverdicts, edgereliability } = await imageTables();
console.log(decisions.join('\n'));
console.log(`\n${reliability.join('\n')}`);
console.log(`\n${edgeverdicts.join('\n')}`);
console.log(`\n${edgereliability.join('\n')}`);
console.log(`\n${[...RELIABILITY_HEAD, ...simulatedRows(100)].join('\n')}`);
