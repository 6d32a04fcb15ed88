import { expect, it } from 'vitest';
import { MAX_REPLY_BYTES, ReplyScanner } from '../../../src/storage/redis/reply-scanner.ts';

const REPLIES = [
  '+OK\r\n',
  '-ERR no\r\n',
  ':-5\r\n',
  '$-1\r\n',
  '$0\r\n\r\n',
  '$7\r\na\r\n$9\r\n\r\n',
  '*0\r\n',
  '*-1\r\n',
  '*2\r\n$1\r\n0\r\n*2\r\n$1\r\na\r\n*0\r\n',
  '*1\r\n*1\r\n*2\r\n:1\r\n*1\r\n$-1\r\n',
];

it.each([1, 2, 3, 7, 1000])('counts replies that come in pieces of %i bytes', (size) => {
  const all = Buffer.from(REPLIES.join(''));
  const scanner = new ReplyScanner();
  let ended = 0;
  for (let at = 0; at < all.length; at += size) ended += scanner.scan(all.subarray(at, at + size))!;
  expect(ended).toBe(REPLIES.length);
});

it('counts each as one, when its last byte is there', () => {
  for (const reply of REPLIES) {
    const scanner = new ReplyScanner();
    expect(scanner.scan(Buffer.from(reply.slice(0, -1)))).toBe(0);
    expect(scanner.scan(Buffer.from(reply.slice(-1)))).toBe(1);
  }
});

it('takes the largest there may be, and as many as come', () => {
  const scanner = new ReplyScanner();
  const body = Buffer.alloc(MAX_REPLY_BYTES - 20, 10);
  for (let n = 0; n < 3; n += 1) {
    expect(scanner.scan(Buffer.concat([Buffer.from(`$${body.length}\r\n`), body, Buffer.from('\r\n')]))).toBe(1);
  }
});

it.each([
  'HTTP/1.1 400 Bad Request\r\n',
  '>1\r\n$-1\r\n',
  '%1\r\n:1\r\n:1\r\n',
  '$x\r\n',
  '$\r\n',
  '$-2\r\n',
  ':1\n',
  '\r\n',
  `$${MAX_REPLY_BYTES}\r\n`,
  '*200001\r\n',
  '*1\r\n'.repeat(100),
  '+'.repeat(5000),
])('refuses %j', (text) => {
  expect(new ReplyScanner().scan(Buffer.from(text))).toBeNull();
});

it('refuses a list by what it holds in all', () => {
  const scanner = new ReplyScanner();
  const piece = Buffer.from(':1\r\n'.repeat(50_000));
  expect(scanner.scan(Buffer.from('*3\r\n*150000\r\n'))).toBe(0);
  for (let n = 0; n < 3; n += 1) expect(scanner.scan(piece)).toBe(0);
  expect(scanner.scan(Buffer.from('*100000\r\n'))).toBe(0);
  expect(scanner.scan(piece)).toBeNull();
});
