// Asks a Footfall worker three things: node client.mjs STORE...

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

class Worker {
  #waiting = new Map();
  #requests = 0;

  constructor(store) {
    this.process = spawn("footfall", ["serve", ...store], { stdio: ["pipe", "pipe", "inherit"] });
    this.ended = once(this.process, "close");
    createInterface({ input: this.process.stdout }).on("line", (line) => this.#receive(JSON.parse(line)));
    this.ended.then(() => this.#waiting.forEach(({ reject }) => reject(new Error("the worker has ended"))));
  }

  // Requests may be sent without waiting: replies are told apart by their ids.
  ask(method, params = {}) {
    const id = ++this.#requests;
    this.process.stdin.write(JSON.stringify({ jsonrpc: "2.0", id, method, params }) + "\n");
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #receive({ id, result, error }) {
    const { resolve, reject } = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) reject(new Error(`error ${error.code}: ${error.message}`));
    else resolve(result);
  }

  // Ends its input; it answers what it has read, and ends.
  async stop() {
    this.process.stdin.end();
    return (await this.ended)[0];
  }
}

const worker = new Worker(process.argv.slice(2));
for (const { name, events } of await worker.ask("websites.list")) console.log(`${name} has ${events} events`);

const dateRange = { startDate: "2026-03-01", endDate: "2026-03-31T23:59:59.999Z" };
const goals = [{ type: "url", value: "/pricing", goal: 30 }];
for (const { value, result, goal } of await worker.ask("reports.goals", { dateRange, goals })) {
  console.log(`${value} was seen ${result} times, ${goal} were wanted`);
}

try {
  await worker.ask("reports.funel");
} catch (error) {
  console.log(error.message);
}

console.log("the worker ended with", await worker.stop());
