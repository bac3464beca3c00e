/** A dashboard with sources, as a trader finds things on it. */
import { expect, type Locator, type Page } from '@playwright/test';

/** A source's chip in the top bar; the window must be wide enough for one each. */
export const chip = (page: Page, name: string): Locator =>
  page.getByRole('banner').getByRole('button', { name: new RegExp(`^${name} `) });

export async function expectLive(page: Page, ...names: readonly string[]): Promise<void> {
  for (const name of names) await expect(chip(page, name)).toHaveText(/\d ms$|live$/);
}

/** Goes to another page as a user does: without loading anything anew. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
}

export const region = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('region', { name, exact: typeof name === 'string' });

const dialog = (page: Page): Locator => page.getByRole('dialog');

export async function addSource(page: Page, kind: string, address: string): Promise<Locator> {
  await goTo(page, 'Settings');
  await page.getByRole('button', { name: 'Add source' }).first().click();
  await dialog(page)
    .getByRole('button', { name: new RegExp(`^${kind}`) })
    .first()
    .click();
  const form = page.getByRole('dialog', { name: /^Add source: / });
  await form.getByLabel('Address', { exact: true }).fill(address);
  return form;
}

export async function editSource(page: Page, name: string): Promise<Locator> {
  await goTo(page, 'Settings');
  await page.getByRole('button', { name: `Edit ${name}` }).click();
  return page.getByRole('dialog', { name: `Edit ${name}` });
}

export async function pick(form: Locator, query: string, ...names: readonly string[]): Promise<void> {
  await form.getByLabel('Search instruments').fill(query);
  for (const name of names) await form.getByRole('checkbox', { name, exact: true }).check();
}

export async function save(form: Locator): Promise<void> {
  await form.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(form).toBeHidden();
}

/** Tries the settings as they stand; `says`: what is to be read then. */
export async function tryOut(form: Locator, says: RegExp): Promise<void> {
  await form.getByRole('button', { name: 'Test connection' }).click();
  await expect(form.getByRole('status').filter({ hasText: says })).toBeVisible();
}

/** Opens a market by the watch list. */
export async function openMarket(page: Page, source: string, name: string): Promise<void> {
  await goTo(page, 'Markets');
  const filter = page.getByRole('group', { name: 'Source' }).getByRole('button', { name: new RegExp(`^${source} `) });
  if ((await filter.getAttribute('aria-pressed')) !== 'true') await filter.click();
  await page.getByRole('table', { name: 'Watch list' }).getByRole('button', { name, exact: true }).first().click();
}

/** Best prices and sizes as the ladder shows them. */
export const ladder = (page: Page): Locator => region(page, 'Order book').getByRole('table');

/** Waits until what is shown there has changed. */
export async function expectMoving(shown: Locator): Promise<void> {
  const before = await shown.innerText();
  await expect(async () => expect(await shown.innerText()).not.toBe(before)).toPass({ timeout: 20_000 });
}
