import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ProtocolError } from '#protocol/errors.ts';
import { ClientProvider } from '#queries/client-context.tsx';
import { StoresProvider } from '#stores/environment.tsx';
import { FakeClient } from '#stores/market-fake-client.ts';
import { loadNamespaces } from '#ui/i18n/i18n.ts';
import { KillSwitchDialog } from './kill-switch-dialog.tsx';

beforeAll(() => loadNamespaces('desk'));
afterEach(cleanup);

function open() {
  const client = new FakeClient();
  const environment = {
    client,
    frames: { schedule: (task: () => void) => task(), flush: () => undefined },
    now: () => 0,
  };
  render(
    <ClientProvider client={client} onCommandFailed={() => undefined}>
      <StoresProvider environment={environment}>
        <KillSwitchDialog open onClose={() => undefined} />
      </StoresProvider>
    </ClientProvider>,
  );
  return client;
}

const reason = () => screen.getByRole('textbox', { name: 'Reason' });
const asked = (client: FakeClient) => waitFor(() => expect(client.asked('system.kill_switch')).toBe(1));
const activate = () => screen.getByRole('button', { name: 'Activate' });

describe('kill switch', () => {
  it('asks for a reason before it does anything', async () => {
    const client = open();
    fireEvent.click(activate());
    expect((await screen.findByRole('alert')).textContent).toBe('Say why, for the record.');
    expect(client.asked('system.kill_switch')).toBe(0);
  });

  it('sends the reason and the choice, then says what it stopped', async () => {
    const client = open();
    fireEvent.change(reason(), { target: { value: ' exchange outage ' } });
    fireEvent.click(screen.getByRole('checkbox'));
    fireEvent.click(activate());
    await asked(client);
    const affected = { grids_stopped: 2, strategies_stopped: 0, orders_cancelled: 67, positions_closed: 1 };
    const params = await client.answer('system.kill_switch', { kill_switch: true, affected });
    expect(params).toEqual({ action: 'activate', reason: 'exchange outage', close_positions: true });
    expect(await screen.findByText('Trading has been stopped')).toBeTruthy();
    expect(screen.getByText('Orders cancelled').nextElementSibling?.textContent).toBe('67');
  });

  it('shows why the engine refused, and keeps what was typed', async () => {
    const client = open();
    fireEvent.change(reason(), { target: { value: 'outage' } });
    fireEvent.click(activate());
    await asked(client);
    await client.answer('system.kill_switch', new ProtocolError('FORBIDDEN', 'only traders may'));
    expect((await screen.findByRole('alert')).textContent).toBe('only traders may');
    expect(reason()).toHaveProperty('value', 'outage');
  });
});
