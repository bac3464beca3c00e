import { Engine } from './support/engine.ts';
import { Stage, users } from './support/stage.ts';
import { expect, test, type Page } from './support/test.ts';

// A stranger's page asks for a token and is told that there is none.
test.use({ tolerated: [/status of 401/] });

const isSignedIn = (page: Page) => expect(page.getByRole('button', { name: 'Kill switch' })).toBeVisible();
const isAtTheDoor = (page: Page) => expect(page.getByLabel('Password', { exact: true })).toBeVisible();

test('the link of a first start signs in once, and the browser stays signed in', async ({ openDesk }) => {
  const engine = await Engine.start();
  try {
    const { pathname, search, origin } = new URL(engine.signInLink);
    const page = await openDesk(origin, { path: `${pathname}${search}` });
    await isSignedIn(page);
    // The token does not stay in the address.
    await expect(page).not.toHaveURL(/token=/);
    await page.reload();
    await isSignedIn(page);

    const other = await openDesk(origin, { path: `${pathname}${search}` });
    await isAtTheDoor(other);
  } finally {
    await engine.dispose();
  }
});

test('by password; a wrong one is refused; the page asked for comes after', async ({ openDesk }) => {
  const stage = await Stage.set();
  try {
    const page = await openDesk(stage.engine.url, { path: '/settings' });
    await isAtTheDoor(page);
    await page.getByLabel('User name').fill(users.trader.user);
    await page.getByLabel('Password', { exact: true }).fill('not this one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText(/wrong/i);
    await page.getByLabel('Password', { exact: true }).fill(users.trader.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await isSignedIn(page);
    await expect(page).toHaveURL(/\/settings/);
  } finally {
    await stage.strike();
  }
});

test('Z8, Z20: a session that has ended goes to sign-in and comes back to the same page', async ({ openDesk }) => {
  const stage = await Stage.set();
  try {
    const page = await openDesk(stage.engine.url, { role: 'trader', path: '/grids/new' });
    const investment = page.getByLabel('Investment', { exact: true });
    await investment.fill('4321');
    const { sessions } = await stage.api.command<{ sessions: { id: string; user: string }[] }>('session.list');
    for (const { id, user } of sessions) {
      if (user === users.trader.user) await stage.api.command('session.revoke', { id });
    }
    await isAtTheDoor(page);
    await page.getByLabel('User name').fill(users.trader.user);
    await page.getByLabel('Password', { exact: true }).fill(users.trader.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL(/\/grids\/new/);
    await expect(page.getByLabel('Investment', { exact: true })).toHaveValue('4321');
  } finally {
    await stage.strike();
  }
});

test('Z7: a viewer sees everything and can change nothing', async ({ openDesk }) => {
  const stage = await Stage.set();
  try {
    const page = await openDesk(stage.engine.url, { role: 'viewer', path: '/grids/new' });
    await expect(page.getByRole('button', { name: 'Kill switch' })).toBeDisabled();
    await expect(page.getByRole('button', { name: 'Start grid' })).toBeDisabled();
  } finally {
    await stage.strike();
  }
});
