/** YAML files that people write: read within limits, with line and column for what is wrong. */
package io.roundhouse.yaml;
