/** A whole engine as a process of its own, to be killed: `engine-child.js <data> <thread's file>`. Tells its address. */
import { startEngine } from '#server/cli/start-engine.ts';
import { loadConfig } from '#server/config/load-config.ts';

const [data = '', workerFile = ''] = process.argv.slice(2);
const config = loadConfig({ flags: { data, port: '0', auth: 'off' }, env: {} });
const engine = await startEngine(config, (message) => process.stderr.write(`${message}\n`), { workerFile });
process.once('SIGTERM', () => {
  void engine.stop().then(() => process.exit(0));
});
process.stdout.write(`${engine.url}\n`);
