package dev.keylane.daemon;

import dev.keylane.ike.SourceRules;

class SourcesTest extends SourceRules {
}
