/** The Grids pages as a trader finds things on them: by role and name. */
import { expect, type Locator, type Page } from '@playwright/test';

export interface GridForm {
  readonly pair?: string;
  readonly upper?: string;
  readonly lower?: string;
  readonly count?: string;
  readonly investment?: string;
}

const FIELDS = { upper: 'Upper price', lower: 'Lower price', count: 'Grid count', investment: 'Investment' } as const;

export async function openNewGrid(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Grids', exact: true }).first().click();
  await page
    .getByRole('link', { name: 'New grid' })
    .or(page.getByRole('button', { name: 'New grid' }))
    .first()
    .click();
  await expect(page.getByLabel('Upper price', { exact: true })).not.toHaveValue('');
}

export async function fillIn(page: Page, form: GridForm): Promise<void> {
  if (form.pair !== undefined) await page.getByLabel('Pair', { exact: true }).selectOption({ label: form.pair });
  for (const [field, label] of Object.entries(FIELDS)) {
    const value = form[field as keyof typeof FIELDS];
    if (value !== undefined) await page.getByLabel(label, { exact: true }).fill(value);
  }
}

/** Presses *Start grid* and waits for the grid's own page. */
export async function startGrid(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Start grid' }).click();
  await page.waitForURL(/\/grids\/grid_[0-9a-f]+/);
  return /grid_[0-9a-f]+/.exec(page.url())?.[0] ?? '';
}

export const gridStatus = (page: Page): Locator => page.getByRole('region', { name: 'Grid status' });

/** The figure under a label of *Grid status*. */
export function figure(page: Page, label: string): Locator {
  const term = page.getByText(label, { exact: true });
  return gridStatus(page)
    .locator('div')
    .filter({ has: page.locator('dt').and(term) })
    .last()
    .locator('dd');
}
