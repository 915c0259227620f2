package dev.keylane.steering;

import dev.keylane.ike.SourceRules;

class SourcesTest extends SourceRules {
}
