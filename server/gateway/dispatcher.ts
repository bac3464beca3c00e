/**
 * One command from request to answer, the same for the WebSocket and for REST: is it known, may the user, are its
 * parameters right, was it asked before (Z13), what came of it, who did it.
 */
import type { Clock } from '#domain/clock.ts';
import { commands, isAction, type Action } from '#protocol/commands.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { IDEMPOTENCY_WINDOW_MS } from '#protocol/limits.ts';
import { roleAllows, type Role } from '#protocol/roles.ts';
import type { Call, Handlers, ResponseStore, StoredResponse } from './handlers.ts';
import { canonicalJson, isDeeperThan, requestDigest } from './redact.ts';
import { RecentIds } from './recent-ids.ts';
import { describeIssues, fieldIssues } from './validation.ts';

export interface CommandRequest {
  readonly action: string;
  readonly params: unknown;
  readonly id: string;
  readonly user: string;
  readonly role: Role;
  readonly sessionId: string;
}

export interface AuditEntry {
  readonly ts: number;
  readonly user: string;
  readonly action: string;
  /** JSON without secrets. */
  readonly params: string;
  /** `ok` or the error's code. */
  readonly outcome: string;
}

export interface DispatcherOptions {
  readonly handlers: Handlers;
  readonly responses: ResponseStore;
  readonly clock: Clock;
  readonly audit: (entry: AuditEntry) => void;
  /** An error no handler meant to throw. */
  readonly onFault: (action: string, error: unknown) => void;
}

const MAX_DEPTH = 16;

type AnyHandler = (params: unknown, call: Call) => Promise<unknown>;

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #recent: RecentIds;
  readonly #running = new Map<string, Promise<StoredResponse>>();

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#recent = new RecentIds(IDEMPOTENCY_WINDOW_MS);
  }

  /** The actions that are served, for the capabilities (Z5). */
  get actions(): readonly Action[] {
    return Object.keys(this.#options.handlers)
      .filter(isAction)
      .filter((action) => this.#options.handlers[action]);
  }

  /** Never rejects: whatever goes wrong is a response, too. */
  async execute(request: CommandRequest): Promise<StoredResponse> {
    try {
      return await this.#answer(request);
    } catch (error) {
      return this.#refused(request.action, error);
    }
  }

  async #answer(request: CommandRequest): Promise<StoredResponse> {
    const { action, user, id } = request;
    const handler = isAction(action) ? this.#options.handlers[action] : undefined;
    if (!isAction(action) || !handler) return refusal('UNKNOWN_ACTION', `this engine knows no command ${action}`);
    if (isDeeperThan(request.params, MAX_DEPTH)) {
      return refusal('VALIDATION_ERROR', 'nested too deeply', [{ path: '', message: 'nested too deeply' }]);
    }
    const digest = requestDigest(action, request.params);
    if (!this.#recent.note(user, id, digest, this.#options.clock.now())) return idReused(id);
    const spec = commands[action];
    if (!roleAllows(request.role, neededRole(action, request.params))) {
      return refusal('FORBIDDEN', `${action} needs the role ${neededRole(action, request.params)}`);
    }
    const parsed = spec.params.safeParse(request.params ?? {});
    if (!parsed.success) {
      const issues = fieldIssues(parsed.error);
      return refusal('VALIDATION_ERROR', describeIssues(issues), issues);
    }
    // `params` fit the action by the check above; the compiler cannot follow an index that is a union.
    const run = () => this.#run(handler as AnyHandler, parsed.data, { ...request, digest });
    return spec.writes ? this.#once(request, digest, run) : run();
  }

  /** Z13: the same request runs once, whether the first is done, or still on its way. */
  #once(request: CommandRequest, digest: string, run: () => Promise<StoredResponse>): Promise<StoredResponse> {
    const { user, id } = request;
    const key = `${user}\n${id}`;
    const running = this.#running.get(key);
    if (running) return running;
    const known = this.#options.responses.find(user, id);
    if (known) return Promise.resolve(known.digest === digest ? known.response : idReused(id));
    const promise = run()
      .then((response) => {
        this.#remember(request, digest, response);
        return response;
      })
      .finally(() => this.#running.delete(key));
    this.#running.set(key, promise);
    return promise;
  }

  #remember(request: CommandRequest, digest: string, response: StoredResponse): void {
    const { user, id, action, params } = request;
    const ts = this.#options.clock.now();
    const outcome = response.success ? 'ok' : response.error.code;
    try {
      // A fault is not an answer: the same request may be tried again.
      if (outcome !== 'INTERNAL_ERROR') this.#options.responses.record({ user, id, digest }, response, ts);
      this.#options.audit({ ts, user, action, params: canonicalJson(params ?? {}), outcome });
    } catch (error) {
      // The command itself is done and durable; failing it now would be a lie.
      this.#options.onFault(action, error);
    }
  }

  async #run(handler: AnyHandler, params: unknown, call: Call & { action: string }): Promise<StoredResponse> {
    try {
      return { success: true, data: await handler(params, call) };
    } catch (error) {
      return this.#refused(call.action, error);
    }
  }

  #refused(action: string, error: unknown): StoredResponse {
    if (error instanceof ProtocolError) return refusal(error.code, error.message, error.details);
    this.#options.onFault(action, error);
    return refusal('INTERNAL_ERROR', 'the engine failed to carry this out; its log says why');
  }
}

/** Z7: what a command needs may depend on its parameters. */
function neededRole(action: Action, params: unknown): Role {
  const deactivates =
    action === 'system.kill_switch' &&
    typeof params === 'object' &&
    params !== null &&
    'action' in params &&
    params.action === 'deactivate';
  return deactivates ? 'admin' : commands[action].role;
}

function idReused(id: string): StoredResponse {
  return refusal('INVALID_COMMAND', `id reused: ${id} was another command's`);
}

export function refusal(code: string, message: string, details?: unknown): StoredResponse {
  return { success: false, error: { code, message, ...(details === undefined ? {} : { details }) } };
}
