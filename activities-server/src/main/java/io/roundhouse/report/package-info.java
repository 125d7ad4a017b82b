/** What a person sees of a job: a CSV of its rounds, TensorBoard events and one HTML page. */
package io.roundhouse.report;
