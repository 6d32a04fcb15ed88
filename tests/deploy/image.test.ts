import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/documents.ts';
import { unknownVariables, wrongArguments } from './program-words.ts';

const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
const lines = dockerfile.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const stages = lines.flatMap((line) => line.match(/^FROM .* AS (\S+)$/)?.slice(1) ?? []);

describe('the Dockerfile', () => {
  it('has the targets of the manual', () =>
    expect(stages).toEqual(expect.arrayContaining(['base', 'cpu', 'serverless', 'timed'])));

  it('brings the Node.js that the tests ran on', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(dockerfile).toMatch(new RegExp(`^ARG NODE_IMAGE=\\S+:${devDependencies.node}-`, 'm'));
  });

  it('copies what is there and is let in', () => {
    const let_in = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/ +/).slice(1, -1))
      .filter((path) => path !== '.');
    expect(copied.length).toBeGreaterThan(5);
    for (const path of copied) {
      expect(existsSync(join(ROOT, path)), path).toBe(true);
      expect(
        let_in.some((line) => path === line.slice(1) || path.startsWith(`${line.slice(1)}/`)),
        path,
      ).toBe(true);
    }
  });

  it('starts commands of the program, as a user without rights', async () => {
    const commands = lines
      .filter((line) => line.startsWith('CMD '))
      .map((line) => JSON.parse(line.slice(4)) as string[]);
    expect(commands.length).toBe(4);
    for (const command of commands) if (command[0] !== '--help') expect(await wrongArguments(command)).toBeNull();
    expect(lines.filter((line) => line.startsWith('USER '))).toEqual(['USER 10001:10001']);
  });

  it('sets variables that somebody reads, and no secret', () => {
    const set = lines
      .filter((line) => line.startsWith('ENV '))
      .flatMap((line) => [...line.matchAll(/([A-Z][A-Z0-9_]*)=/g)].map(([, name]) => name as string));
    expect(set.length).toBeGreaterThan(6);
    expect(unknownVariables(set)).toEqual([]);
    expect(dockerfile).not.toMatch(/^(ARG|ENV) .*(PASSWORD|SECRET|TOKEN|_KEY)/m);
  });

  it('runs nothing in the stages that become images: they are made for any processor on any other', () => {
    const from = lines.findIndex((line) => / AS base$/.test(line));
    expect(lines.slice(from).filter((line) => line.startsWith('RUN '))).toEqual([]);
  });

  it('answers under the names of a pod in the image that is paid by the hour', () => {
    const timed = lines.slice(
      lines.findIndex((line) => / AS timed$/.test(line)),
      lines.findIndex((line) => / AS cpu$/.test(line)),
    );
    expect(timed.join(' ')).toContain(
      'ENTRYPOINT ["/usr/bin/tini-static", "--", "/bin/sh", "/app/deploy/image/timed.sh"]',
    );
    expect(dockerfile).toMatch(/COPY --from=program .*\/app\/deploy\/image\/timed\.sh/);
  });
});
