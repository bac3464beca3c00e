/** The Backtests pages as a trader finds things on them. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, type Download, type Locator, type Page } from '@playwright/test';

/** Drops a file there as a file manager does. */
export async function dropFile(target: Locator, path: string): Promise<void> {
  const file = { name: basename(path), base64: (await readFile(path)).toString('base64') };
  const dataTransfer = await target.page().evaluateHandle(({ name, base64 }) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name));
    return transfer;
  }, file);
  for (const event of ['dragover', 'drop']) await target.dispatchEvent(event, { dataTransfer });
}

export const actionsOf = (page: Page, name: string): Locator =>
  page.getByRole('button', { name: `Actions for ${name}`, exact: true });

export async function act(page: Page, name: string, item: string): Promise<void> {
  await actionsOf(page, name).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

/** Names the form's run, starts it and waits for its page. */
export async function runBacktest(page: Page, name: string): Promise<string> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Run backtest' }).click();
  await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
  return /\/backtests\/([^/?]+)/.exec(page.url())?.[1] ?? '';
}

/** How far the run is that the page shows, as a fraction. */
export const progressOf = (page: Page, name: string): Promise<number> =>
  page.getByRole('progressbar', { name: `Progress of ${name}` }).evaluate((bar: HTMLProgressElement) => bar.value);

/** What *item* of a run's menu saves. */
export async function saved(page: Page, name: string, item: string): Promise<{ file: string; text: string }> {
  const download = page.waitForEvent('download');
  await act(page, name, item);
  const done: Download = await download;
  return { file: done.suggestedFilename(), text: await readFile(await done.path(), 'utf8') };
}
