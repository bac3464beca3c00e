/** A source's settings between the domain's words and the protocol's, which knows no missing from `undefined`. */
import type { PredictionMarket } from '#domain/prediction-market.ts';
import type { SourceConfig, SourceInstrument } from '#domain/source.ts';
import type { Params, Result } from '#protocol/commands.ts';

type WireOut = Params<'source.save'>['source'];
type WireIn = Result<'source.list'>['sources'][number];
type WireInstrument = WireIn['instruments'][number];

export function toWire({ instruments, ...config }: SourceConfig): WireOut {
  return {
    ...config,
    instruments: instruments.map(({ prediction, ...instrument }) => ({
      ...instrument,
      ...(prediction && { prediction: { ...prediction, outcomes: [...prediction.outcomes] } }),
    })),
  };
}

export function fromWire({ instruments, loginUrl, zone, ...config }: WireIn): SourceConfig {
  return {
    ...config,
    instruments: instruments.map(toInstrument),
    ...(loginUrl !== undefined && { loginUrl }),
    ...(zone !== undefined && { zone }),
  };
}

function toInstrument({ title, prediction, contract, ...instrument }: WireInstrument): SourceInstrument {
  return {
    ...instrument,
    ...(title !== undefined && { title }),
    ...(prediction && { prediction: toPrediction(prediction) }),
    ...(contract && { contract }),
  };
}

function toPrediction({
  description,
  winner,
  endsAt,
  ...market
}: NonNullable<WireInstrument['prediction']>): PredictionMarket {
  return {
    ...market,
    ...(description !== undefined && { description }),
    ...(winner !== undefined && { winner }),
    ...(endsAt !== undefined && { endsAt }),
  };
}
