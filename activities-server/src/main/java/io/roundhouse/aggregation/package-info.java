/**
 * How a round's updates become the next global model: checks of the updates, strategies, and the
 * kernels that compute them bit for bit alike on every device.
 */
package io.roundhouse.aggregation;
