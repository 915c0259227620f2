package dev.keylane.xfrm;

import dev.keylane.ike.SourceRules;

class SourcesTest extends SourceRules {
}
