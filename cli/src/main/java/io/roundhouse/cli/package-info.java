/** The {@code roundhouse} command. */
package io.roundhouse.cli;
