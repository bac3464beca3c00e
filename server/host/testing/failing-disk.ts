import type { DatabaseSyncInstance } from '@photostructure/sqlite';

/** A disk that can be made to refuse. `refuse` sees each statement and throws to make it fail. */
export function failingDisk(db: DatabaseSyncInstance): {
  db: DatabaseSyncInstance;
  refuse: (sql: string) => void;
  log: string[];
} {
  const disk = {
    log: [] as string[],
    refuse: (_sql: string): void => undefined,
    db: new Proxy(db, {
      get(target, name) {
        if (name === 'exec') {
          return (sql: string) => {
            disk.refuse(sql);
            target.exec(sql);
            disk.log.push(sql);
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  };
  return disk;
}

/** As SQLite says it. */
export function diskError(message: string): Error {
  return Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR' });
}
