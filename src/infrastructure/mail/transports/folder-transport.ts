import { access, constants, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type * as nodemailer from 'nodemailer';
import type * as postalMime from 'postal-mime';
import { makeDirectory } from '../../../config';
import type { OutgoingMail, VerifiableTransport } from '../mail-transport';
import { composeForNodemailer } from './compose';

/** The oldest go when there are more. */
const MAX_FILES = 1_000;
const FILE_NAME = /^[0-9]{4}-[0-9A-Z-]+\.eml$/;

export interface StoredMail {
  /** File name without its extension. */
  readonly name: string;
  readonly date: string;
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** Keeps mails as .eml files, for developers, who read them at /dev/mailbox or in their mail program. */
export class FolderTransport implements VerifiableTransport {
  #composer: nodemailer.Transporter | undefined;

  constructor(private readonly directory: string) {}

  async send(mail: OutgoingMail): Promise<void> {
    const sent = await this.#openComposer().sendMail(composeForNodemailer(mail));
    const message: unknown = sent.message;
    if (!Buffer.isBuffer(message)) throw new Error('nodemailer made no message');
    makeDirectory(this.directory, 0o700);
    const name = `${new Date().toISOString().replace(/[:.]/g, '-')}-${mail.id}.eml`;
    const file = path.join(this.directory, name);
    // The name appears once the file is whole.
    await writeFile(`${file}.part`, message, { mode: 0o600 });
    await rename(`${file}.part`, file);
    await this.#deleteOldest();
  }

  /** Newest first. */
  async list(limit: number): Promise<StoredMail[]> {
    const names = (await this.#fileNames()).reverse().slice(0, limit);
    const mails = await Promise.all(names.map((name) => this.#read(name)));
    return mails.filter((mail) => mail !== undefined);
  }

  async read(name: string): Promise<StoredMail | undefined> {
    return this.#read(`${name}.eml`);
  }

  async verify(): Promise<void> {
    await access(this.directory, constants.W_OK).catch(undefinedIfMissing);
  }

  close(): void {
    this.#composer?.close();
  }

  #openComposer(): nodemailer.Transporter {
    const { createTransport } = require('nodemailer') as typeof nodemailer;
    this.#composer ??= createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
    return this.#composer;
  }

  async #read(fileName: string): Promise<StoredMail | undefined> {
    if (!FILE_NAME.test(fileName)) return undefined;
    const content = await readFile(path.join(this.directory, fileName)).catch(undefinedIfMissing);
    if (content === undefined) return undefined;
    const { default: PostalMime } = require('postal-mime') as typeof postalMime;
    const { to, subject, html, text, date } = await PostalMime.parse(content);
    return {
      name: fileName.slice(0, -'.eml'.length),
      date: date ?? '',
      to: to?.map(({ address }) => address).join(', ') ?? '',
      subject: subject ?? '',
      html: html ?? '',
      text: text ?? '',
    };
  }

  async #fileNames(): Promise<string[]> {
    const names = (await readdir(this.directory).catch(undefinedIfMissing)) ?? [];
    return names.filter((name) => FILE_NAME.test(name)).sort();
  }

  async #deleteOldest(): Promise<void> {
    const names = await this.#fileNames();
    const surplus = names.slice(0, Math.max(0, names.length - MAX_FILES));
    await Promise.all(surplus.map((name) => rm(path.join(this.directory, name), { force: true })));
  }
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
