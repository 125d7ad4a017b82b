/** What a person at the prompt sees: lines, tables, failures and exit codes. */
package io.roundhouse.terminal;
