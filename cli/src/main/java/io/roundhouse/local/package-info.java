/** A whole federation of processes on one machine. */
package io.roundhouse.local;
