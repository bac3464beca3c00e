/** The loop of the kernel in C, with plain doubles: what the machine can do. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CandleColumns } from '#domain/candle-columns.ts';

/** Reads columns, prints nanoseconds a candle of the median round, and the number of line fills. */
const SOURCE = String.raw`
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
static int n, *o, *h, *l, *c, cells, *line, *state, top, bottom;
static double quote, base, lot, fee; static long fills;
static void fall(int to) {
  int i = top;
  for (; i >= 0 && line[i] >= to; i--) if (state[i] == 1) {
    quote -= lot * line[i] * (1 + fee); base += lot; state[i] = 2; fills++; if (i < bottom) bottom = i;
  }
  while (i >= 0 && state[i] != 1) i--;
  top = i;
}
static void rise(int to) {
  int i = bottom;
  for (; i < cells && line[i + 1] <= to; i++) if (state[i] == 2) {
    quote += lot * line[i + 1] * (1 - fee); base -= lot; state[i] = 1; fills++; if (i > top) top = i;
  }
  while (i < cells && state[i] != 2) i++;
  bottom = i;
}
static void leg(int from, int to) { if (to < from) fall(to); else if (to > from) rise(to); }
static int order(const void *a, const void *b) { double x = *(double *)a - *(double *)b; return (x > 0) - (x < 0); }
int main(int argc, char **argv) {
  if (argc < 7) return 1;
  n = atoi(argv[2]); cells = atoi(argv[3]); int rounds = atoi(argv[6]);
  int lower = atoi(argv[4]), upper = atoi(argv[5]);
  int *all = malloc(16L * n); FILE *file = fopen(argv[1], "rb");
  if (!file || fread(all, 16, n, file) != (size_t)n) return 2;
  o = all; h = all + n; l = all + 2L * n; c = all + 3L * n;
  line = malloc(4L * (cells + 1)); state = malloc(4L * cells);
  double *times = malloc(8L * rounds), sink = 0;
  for (int round = 0; round < rounds; round++) {
    struct timespec a, b; clock_gettime(CLOCK_MONOTONIC, &a);
    quote = 0; base = 0; lot = 0.01; fee = 0.0008; fills = 0; top = -1; bottom = cells;
    for (int i = 0; i <= cells; i++) line[i] = lower + (int)((long)(upper - lower) * i / cells);
    for (int i = 0; i < cells; i++) {
      state[i] = line[i] >= o[0] ? 2 : 1;
      if (state[i] == 1) { quote += lot * line[i]; top = i; }
      else { base += lot; if (i < bottom) bottom = i; }
    }
    double peak = quote + base * o[0], worst = 0; int before = o[0];
    for (int t = 0; t < n; t++) {
      int wl = top < 0 ? 0 : line[top], wh = bottom >= cells ? 2147483647 : line[bottom + 1];
      if (!(l[t] > wl && h[t] < wh && o[t] > wl && o[t] < wh && c[t] > wl && c[t] < wh)) {
        leg(before, o[t]);
        if (h[t] - o[t] < o[t] - l[t]) { leg(o[t], h[t]); leg(h[t], l[t]); leg(l[t], c[t]); }
        else { leg(o[t], l[t]); leg(l[t], h[t]); leg(h[t], c[t]); }
      }
      before = c[t];
      double e = quote + base * c[t];
      if (e > peak) peak = e; else { double d = (peak - e) / peak; if (d > worst) worst = d; }
    }
    clock_gettime(CLOCK_MONOTONIC, &b);
    times[round] = ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / n; sink += worst + quote;
  }
  qsort(times, rounds, 8, order);
  printf("%.6f %ld %g\n", times[rounds / 2], fills, sink);
  return 0;
}
`;

export interface GridShape {
  readonly lower_price: number;
  readonly upper_price: number;
  readonly grid_count: number;
}

/** Prices in hundredths, by whole numbers of 32 bits; `undefined` where no compiler is at hand. */
export function gridInC(
  columns: CandleColumns,
  shape: GridShape,
  rounds: number,
): { readonly ns: number; readonly fills: number } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'griddesk-bench-'));
  try {
    const source = join(folder, 'grid.c');
    const program = join(folder, 'grid');
    const data = join(folder, 'candles');
    writeFileSync(source, SOURCE);
    try {
      execFileSync('cc', ['-O3', '-march=native', '-o', program, source], { stdio: 'ignore' });
    } catch {
      return undefined;
    }
    const { open, high, low, close, length } = columns;
    const prices = new Int32Array(4 * length);
    for (const [index, column] of [open, high, low, close].entries()) prices.set(column, index * length);
    writeFileSync(data, prices);
    const { lower_price: lower, upper_price: upper, grid_count: count } = shape;
    const args = [data, length, count, lower * 100, upper * 100, rounds].map(String);
    const [ns, fills] = execFileSync(program, args, { encoding: 'utf8' }).split(' ').map(Number);
    return { ns: ns ?? Number.NaN, fills: fills ?? 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
