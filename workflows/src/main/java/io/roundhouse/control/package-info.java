/**
 * What an operator can order of a running job. Each is the one argument of the update of that name
 * of a {@code FederatedJob}; {@code by} says who, {@code reason} why, both for the record.
 */
package io.roundhouse.control;
