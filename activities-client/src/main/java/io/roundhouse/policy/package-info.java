/** What a site's organisation allows: read from its policy, asked for every task. */
package io.roundhouse.policy;
