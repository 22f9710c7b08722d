import { Checkbox, JsonInput, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Json } from '../../../src/domain/json.ts';
import { Described } from './described.tsx';
import type { JsonSchema } from './json-schema.ts';

export interface FieldProps {
  readonly label: string;
  readonly value: Json | undefined;
  /** Undefined: as if it had never been set. */
  readonly onChange: (value: Json | undefined) => void;
  readonly error?: string | undefined;
}

/** A control for a value of a JSON Schema: its description, its default and its bounds are the schema's. */
export function SchemaField({
  schema: { node },
  label,
  value,
  onChange,
  error,
}: FieldProps & { readonly schema: JsonSchema }) {
  const shared = {
    label,
    description: node.description && <Described text={node.description} />,
    error,
    size: 'xs',
  } as const;
  if (node.enum) {
    const options = node.enum.map(String);
    return (
      <NativeSelect
        {...shared}
        data={[{ value: '', label: node.default === undefined ? '–' : `default: ${String(node.default)}` }, ...options]}
        value={typeof value === 'string' ? value : ''}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      />
    );
  }
  if (node.type === 'boolean')
    return (
      <Checkbox
        {...shared}
        checked={typeof value === 'boolean' ? value : node.default === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  if (node.type === 'number' || node.type === 'integer')
    return (
      <NumberInput
        {...shared}
        hideControls
        thousandSeparator=","
        allowDecimal={node.type === 'number'}
        placeholder={node.default === undefined ? 'not set' : `default: ${String(node.default)}`}
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
      />
    );
  if (node.type === 'string')
    return (
      <TextInput
        {...shared}
        placeholder={node.default === undefined ? '' : `default: ${String(node.default)}`}
        value={typeof value === 'string' ? value : ''}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      />
    );
  return <JsonField label={label} value={value} onChange={onChange} error={error} />;
}

/** Anything else, as JSON. What cannot be read stays in the field and changes nothing. */
function JsonField({ label, value, onChange, error }: FieldProps) {
  const written = value === undefined ? '' : JSON.stringify(value, null, 2);
  const [text, setText] = useState(written);
  useEffect(() => setText(written), [written]);
  return (
    <JsonInput
      label={label}
      size="xs"
      autosize
      minRows={1}
      value={text}
      error={error}
      validationError="This is not JSON"
      onChange={setText}
      onBlur={() => {
        if (text.trim() === '') return onChange(undefined);
        try {
          onChange(JSON.parse(text));
        } catch {
          // The field says so.
        }
      }}
    />
  );
}
