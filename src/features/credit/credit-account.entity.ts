import { Check, Entity, ManyToOne, PrimaryKeyProp, Property } from '@mikro-orm/core';
import type { Money } from '../../foundation/money';
import { User } from '../identity';
import { MoneyColumn } from './money-column';

/** A user's balance, made with the first booking. A booking locks this one row. */
@Entity({ tableName: 'credit_accounts' })
@Check({ name: 'credit_accounts_balance_check', expression: 'balance >= 0' })
export class CreditAccount {
  [PrimaryKeyProp]?: 'user';

  @ManyToOne(() => User, { primary: true, deleteRule: 'cascade', updateRule: 'cascade' })
  user!: User;

  @Property({ type: MoneyColumn })
  balance!: Money;

  @Property({ type: 'timestamptz' })
  updatedAt!: Date;
}
