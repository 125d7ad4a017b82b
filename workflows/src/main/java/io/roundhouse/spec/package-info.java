/**
 * The job spec: what a person writes, as typed records, and the reader that finds every mistake.
 */
package io.roundhouse.spec;
