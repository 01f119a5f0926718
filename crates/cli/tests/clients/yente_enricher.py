"""nomenklatura's client of yente against a server: match, then expand.

usage: yente_enricher.py API_URL; prints the matches and what they expand to as JSON lines.
"""

import json
import sys

from followthemoney import Dataset, StatementEntity, model
from nomenklatura.cache import Cache
from nomenklatura.db import Session, get_engine
from nomenklatura.enrich.yente import YenteEnricher

api = sys.argv[1]
dataset = Dataset.make({"name": "customers", "title": "Customers"})
cache = Cache(Session(get_engine("sqlite:///:memory:")), dataset, create=True)
enricher = YenteEnricher(dataset, cache, {"api": api, "dataset": "default", "cutoff": 0.7, "cache_days": 0})
customer = StatementEntity.from_data(
    dataset,
    {
        "id": "crm-4711",
        "schema": "Company",
        "properties": {"name": ["NSO Group"], "jurisdiction": ["il"], "registrationNumber": ["514395409"]},
    },
)
for match in enricher.match(customer):
    expanded = [e.schema.name for e in enricher.expand(customer, match)]
    print(json.dumps({"id": match.id, "caption": match.caption, "topics": match.get("topics"), "expanded": expanded}))
