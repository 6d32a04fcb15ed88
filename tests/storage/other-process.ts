/** Opens and closes the store of argv[2] again and again, for argv[3] ms: what a command line beside a server does. */
import Database from 'better-sqlite3';

const [, , file, ms] = process.argv as [string, string, string, string];
const end = Date.now() + Number(ms);
let opened = 0;
while (Date.now() < end) {
  const db = new Database(file, { timeout: 2000 });
  db.prepare('SELECT count(*) FROM analyses').get();
  db.close();
  opened += 1;
}
process.stdout.write(`${opened}\n`);
