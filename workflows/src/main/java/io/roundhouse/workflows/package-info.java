/**
 * The workflows of a federation and the activities they ask for. Workflow code is deterministic: it
 * does no I/O, reads no clock and draws no random number.
 */
package io.roundhouse.workflows;
