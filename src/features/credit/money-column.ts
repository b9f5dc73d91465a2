import { Type } from '@mikro-orm/core';
import { formatMoney, moneyOf, type Money } from '../../foundation/money';

/** numeric(20,2) as Money: the driver gives and takes text, so no amount is ever a floating-point number. */
export class MoneyColumn extends Type<Money, string> {
  override convertToDatabaseValue(value: Money): string {
    return formatMoney(value);
  }

  override convertToJSValue(value: string): Money {
    return moneyOf(value);
  }

  override getColumnType(): string {
    return 'numeric(20,2)';
  }

  override compareAsType(): string {
    return 'bigint';
  }
}
