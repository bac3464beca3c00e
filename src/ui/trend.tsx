import styles from './trend.module.css';

const WIDTH = 100;

/** A sparkline without direction: how a figure moved lately. Decorative, the figure stands beside it. */
export function Trend({ values, height = 26 }: { readonly values: readonly number[]; readonly height?: number }) {
  return (
    <svg
      aria-hidden="true"
      className={styles['trend']}
      height={height}
      viewBox={`0 0 ${WIDTH} ${height}`}
      preserveAspectRatio="none"
    >
      {values.length > 1 && <Shape values={values} height={height} />}
    </svg>
  );
}

function Shape({ values, height }: { readonly values: readonly number[]; readonly height: number }) {
  // From zero up: a small ripple must not look like a storm.
  const top = Math.max(...values) * 1.15 || 1;
  const points = values.map((value, i) => {
    const x = (i / (values.length - 1)) * WIDTH;
    return `${x.toFixed(2)},${(height - (Math.max(0, value) / top) * height).toFixed(2)}`;
  });
  const line = `M${points.join('L')}`;
  return (
    <>
      <path className={styles['area']} d={`${line}V${height}H0Z`} />
      <path className={styles['line']} d={line} />
    </>
  );
}
