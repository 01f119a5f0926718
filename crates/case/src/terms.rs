//! The closed words of a case that the program itself branches on.

use countersign_model::words;

words! {
    /// What the actor wants to do (case format, section 2).
    Action {
        /// Make it.
        Develop => "develop",
        /// Send it, or make it available, abroad from the actor's own territory.
        Export => "export",
        /// From one foreign country to another, of an item subject to a third country's law.
        Reexport => "reexport",
        /// Change the end use or the end user inside one country.
        Transfer => "transfer",
        /// Arrange a deal between two countries other than the broker's.
        Broker => "broker",
        /// Give a service, or an item without export by the actor.
        Supply => "supply",
        /// Training, advice, maintenance.
        TechnicalAssistance => "technical_assistance",
        /// Buy.
        Procure => "procure",
        /// Put money in.
        Invest => "invest",
    }
}

words! {
    /// Whether the actor is about to act or only looks (case format, section 9).
    Intent {
        /// About to do it; the default.
        Act => "act",
        /// Only looking.
        Evaluate => "evaluate",
    }
}

words! {
    /// What a party is (case format, section 3).
    PartyKind {
        /// A company or another private body.
        Organisation => "organisation",
        /// A natural person.
        Individual => "individual",
        /// A body of a state.
        StateBody => "state_body",
    }
}

words! {
    /// How sure the author of a scenario is (case format, section 10).
    Confidence {
        /// The outcome rests on text read.
        High => "high",
        /// The outcome rests on a point that is not confirmed.
        Medium => "medium",
        /// The outcome is a best reading.
        Low => "low",
    }
}
