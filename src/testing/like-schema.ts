/** Values for holding a check to its schema: many of them right, many with something wrong somewhere. */
import * as fc from 'fast-check';
import type * as z from 'zod/mini';

type Schema = z.core.$ZodType;

const junk = fc.constantFrom<unknown>(undefined, null, 0, -1.5, NaN, Infinity, '', 'other', true, [], [null], {});
// The schema library leaves this one key of a map unread.
const key = fc.string().filter((name) => name !== '__proto__');

/** JSON as `schema` describes it (Infinity and NaN stand for numbers out of range), mostly. */
export function likeSchema(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 40, arbitrary: right(schema) }, { weight: 1, arbitrary: junk });
}

function right(schema: Schema): fc.Arbitrary<unknown> {
  // The library's own union of its schemas' kinds.
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return fc.record(Object.fromEntries(Object.entries(def.shape).map(([name, field]) => [name, likeSchema(field)])));
    case 'array':
      return fc.array(likeSchema(def.element), { maxLength: 3 });
    case 'record':
      return fc.dictionary(key, likeSchema(def.valueType), { maxKeys: 3 });
    case 'union':
      return fc.oneof(...def.options.map(likeSchema));
    case 'optional':
      return fc.oneof(fc.constant(undefined), likeSchema(def.innerType));
    case 'nullable':
      return fc.oneof(fc.constant(null), likeSchema(def.innerType));
    case 'readonly':
      return right(def.innerType);
    case 'catch':
      return fc.oneof({ weight: 3, arbitrary: likeSchema(def.innerType) }, { weight: 1, arbitrary: junk });
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'string':
      return fc.string();
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'unknown':
      return fc.jsonValue();
    default:
      throw new Error(`no values known for the schema type ${def.type}`);
  }
}
