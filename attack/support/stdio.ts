import { createInterface } from 'node:readline';
import { Product, type ProductOptions } from './product.ts';
import type { Tally } from './set.ts';
import { type Message, verdictOn } from './verdict.ts';

const HELLO = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'attack', version: '1' } };

/** The product over stdio, spoken to line by line: whatever it writes on stdout that is no JSON-RPC is a failure. */
export class StdioProduct extends Product {
  readonly unasked: Message[] = [];
  readonly #waiting = new Map<number, (message: Message | Error) => void>();
  #next = 1;

  private constructor(tally: Tally, options: ProductOptions) {
    super(tally, ['stdio'], options);
    this.child.stdin!.on('error', () => {});
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.#take(tally, line));
    void this.ended.then(() => {
      for (const answer of this.#waiting.values()) answer(new Error('the process ended'));
      this.#waiting.clear();
    });
  }

  static async open(tally: Tally, options: ProductOptions = {}): Promise<StdioProduct> {
    const product = new StdioProduct(tally, options);
    await product.request('initialize', HELLO);
    product.say('{"jsonrpc":"2.0","method":"notifications/initialized"}');
    return product;
  }

  #take(tally: Tally, line: string): void {
    let message: Message;
    try {
      message = JSON.parse(line) as Message;
      if (message.jsonrpc !== '2.0') throw new Error();
    } catch {
      tally.fail('stdout', `is no JSON-RPC: ${line.slice(0, 200)}`);
      return;
    }
    const answer = typeof message.id === 'number' && message.method === undefined && this.#waiting.get(message.id);
    if (answer) {
      this.#waiting.delete(message.id as number);
      answer(message);
    } else this.unasked.push(message);
  }

  say(line: string | Buffer): void {
    this.child.stdin!.write(line);
    this.child.stdin!.write('\n');
  }

  request(method: string, params: unknown, withinMs = 60_000): Promise<Message> {
    const id = this.#next++;
    if (!this.alive) return Promise.reject(new Error('the process has ended'));
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`no answer within ${withinMs} ms`));
      }, withinMs);
      this.#waiting.set(id, (answer) => {
        clearTimeout(late);
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      });
      this.say(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  }

  call(name: string, args: Record<string, unknown>, withinMs?: number): Promise<Message> {
    return this.request('tools/call', { name, arguments: args }, withinMs);
  }
}

/** One call as one case: what came back and how long it took. */
export async function tryCall(
  tally: Tally,
  product: StdioProduct,
  caseName: string,
  tool: string,
  args: Record<string, unknown>,
): Promise<{ message: Message; said: string; how: string; ms: number } | null> {
  const begun = performance.now();
  try {
    const message = await product.call(tool, args);
    const ms = performance.now() - begun;
    const { how, said } = verdictOn(message);
    if (how === 'failed') tally.failed(caseName, said);
    else tally.held(caseName, how, ms);
    return { message, said, how, ms };
  } catch (error) {
    tally.failed(caseName, (error as Error).message);
    return null;
  }
}
