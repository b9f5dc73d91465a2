import { useId, useState, type FormEvent, type InputHTMLAttributes, type ReactNode } from 'react';
import { shown, type Shown } from './errors';

const NOTHING: Shown = { message: '', fields: {} };

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly name: string;
  readonly problem?: string | undefined;
}

export function Field({ label, problem, ...input }: FieldProps): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} aria-invalid={problem !== undefined} aria-describedby={`${id}-problem`} {...input} />
      <small id={`${id}-problem`}>{problem}</small>
    </div>
  );
}

interface FormProps {
  readonly button: string;
  /** What the form does with the values of its fields, by their names. */
  readonly submit: (values: Readonly<Record<string, string>>) => Promise<unknown>;
  readonly children: (problems: Readonly<Record<string, string>>) => ReactNode;
}

/** A form that shows what was wrong: each field's problem beside it, everything else above the button. */
export function Form({ button, submit, children }: FormProps): ReactNode {
  const [error, setError] = useState(NOTHING);
  const [isBusy, setBusy] = useState(false);
  async function onSubmit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    const entries = [...new FormData(form)].map(([name, value]) => [name, String(value)] as const);
    setBusy(true);
    try {
      await submit(Object.fromEntries(entries));
      setError(NOTHING);
      form.reset();
    } catch (reason) {
      setError(shown(reason));
    } finally {
      setBusy(false);
    }
  }
  return (
    <form onSubmit={(event) => void onSubmit(event)} noValidate>
      {children(error.fields)}
      {error.message !== '' && <p role="alert">{error.message}</p>}
      <button disabled={isBusy}>{button}</button>
    </form>
  );
}
