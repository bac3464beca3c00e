import css from './grid-list.module.css';

interface RangeBarProps {
  readonly lower: number;
  readonly upper: number;
  readonly price: number;
  readonly format: (price: number) => string;
}

/** A grid's range as a bar, with the price in it; outside the range it sticks to the end. */
export function RangeBar({ lower, upper, price, format }: RangeBarProps) {
  const share = Math.min(Math.max((price - lower) / (upper - lower), 0), 1);
  const known = price > 0;
  return (
    <span className={css.range}>
      <span>{format(lower)}</span>
      <span className={css.track}>
        {known && (
          <span
            className={css.price}
            data-outside={price < lower || price > upper || undefined}
            style={{ left: `${share * 100}%` }}
            title={format(price)}
          />
        )}
      </span>
      <span>{format(upper)}</span>
    </span>
  );
}
