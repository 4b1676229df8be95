// The talk of a script with the test that runs it: a JSON text a line, each way.

import { createInterface } from 'node:readline';

const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();

const hear = async () => JSON.parse((await lines.next()).value);
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

// What the programmer of a client is told of an account; the test says it first.
export const site = await hear();

// Sends the person's browser to an address; resolves to the one that it ends at.
export async function browse(url) {
  say({ browse: String(url) });
  return new URL((await hear()).location);
}

// Ends the script with what it has found; the test judges it.
export function tell(found) {
  say({ found });
  input.close();
}
