//! Loading a tree of packs: every check that can be made without a case is made here, and any fault refuses
//! the whole tree, because a decision on half a law is worse than none.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use cedar_policy::{PolicyId, PolicySet, SchemaFragment, ValidationMode, Validator};
use countersign_model::Digest;

use super::compiled::Compiled;
use super::definitions::Definitions;
use super::embedded::embedded_files;
use super::files::{PackError, PackFiles, digest};
use super::inventory::{Inventory, NormKind};
use super::norms::Norms;
use super::ownership::{HoldingRule, HoldingRules};
use super::regime::Regime;
use super::rule::{Resource, Role, Rule};
use super::schema::Schema;
use super::tables::Tables;

use crate::eval::Record;

mod policy;

/// All packs, validated: the law as this program knows it, to be read as of any date.
#[derive(Debug)]
pub struct Law {
    pub(crate) regimes: Vec<Regime>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) inventory: Inventory,
    pub(crate) norms: Norms,
    pub(crate) tables: Tables,
    pub(crate) holdings: Vec<HoldingRule>,
    pub(crate) schema: Schema,
    pub(crate) definitions: Definitions,
    /// The facts of a case that says nothing, once somebody asked.
    pub(crate) blank: OnceLock<Record>,
    digest: Digest,
    files: PackFiles,
}

impl Law {
    /// The packs that ship in the binary. They were validated when they were compiled (see [`Law::compiled`]); packs
    /// that differ from what was compiled are loaded and validated here and now.
    pub fn embedded() -> Result<Self, PackError> {
        let files = embedded_files();
        match Compiled::embedded().filter(|c| c.is_of(digest(&files))) {
            Some(compiled) => Self::assemble(files, compiled),
            None => Self::load(&files),
        }
    }

    /// Reads and checks a tree of packs.
    pub fn load(files: &PackFiles) -> Result<Self, PackError> {
        let mut faults = Vec::new();
        let regimes = regimes(files, &mut faults);
        let (policies, cedar_schema, schema) = cedar(files)?;
        let inventory = inventory(files)?;
        let mut rules = Vec::new();
        let mut named = PolicySet::new();
        for (path, set) in &policies {
            let folder = path.split('/').next().unwrap_or_default();
            let Some((_, regime)) = regimes.iter().find(|(name, _)| name == folder) else {
                faults.push(format!("{path}: there is no `{folder}/regime.toml`"));
                continue;
            };
            for raw in set.policies() {
                match policy::read(raw, regime, &inventory) {
                    Ok(rule) => {
                        if named.add(raw.new_id(PolicyId::new(&rule.key))).is_err() {
                            faults.push(format!("{path}: `{}` is used twice; add @part", rule.key));
                        }
                        rules.push(rule);
                    }
                    Err(errors) => faults.extend(errors.into_iter().map(|e| format!("{path}: {e}"))),
                }
            }
        }
        let validation = Validator::new(cedar_schema).validate(&named, ValidationMode::Strict);
        // Cedar reports in no fixed order
        let mut invalid: Vec<String> =
            validation.validation_errors().map(|e| format!("{}: {e}", e.policy_id())).collect();
        invalid.sort();
        faults.append(&mut invalid);
        // a fixed order of rules makes every decision, and so every record, the same bytes on every machine
        rules.sort_by(|a, b| a.key.cmp(&b.key));
        check_references(&rules, &inventory, &mut faults);
        match norms(files) {
            Ok(norms) => norms.check(&rules, &inventory, files, &mut faults),
            Err(error) => faults.extend(error.faults),
        }
        if !faults.is_empty() {
            return Err(PackError { faults });
        }
        Self::assemble(files.clone(), Compiled::new(digest(files), schema, rules))
    }

    /// The law from its files and its compiled policies.
    fn assemble(files: PackFiles, compiled: Compiled) -> Result<Self, PackError> {
        let mut faults = Vec::new();
        let (schema, rules) = compiled.into_parts();
        let inventory = inventory(&files)?;
        let tables = Tables::load(&files).map_err(|fault| PackError { faults: vec![fault] })?;
        let regimes = regimes(&files, &mut faults);
        let mut holdings = Vec::new();
        for (path, content) in files.iter().filter(|(path, _)| path.ends_with("/ownership.toml")) {
            match toml::from_str::<HoldingRules>(content) {
                Ok(mut read) => holdings.append(&mut read.holding),
                Err(error) => faults.push(format!("{path}: {error}")),
            }
        }
        let mut definitions: BTreeMap<(Resource, Arc<str>), Vec<usize>> = BTreeMap::new();
        let mut any: BTreeMap<Arc<str>, Vec<usize>> = BTreeMap::new();
        for (n, rule) in rules.iter().enumerate() {
            if let Role::Definition { defines, of_party, any: some } = &rule.role {
                if let Some(name) = defines {
                    definitions.entry((rule.resource, name.clone())).or_default().push(n);
                }
                if let Some(name) = of_party {
                    if rule.resource != Resource::Listing {
                        faults.push(format!("{}: @of_party is for rules that look at a Listing", rule.key));
                    }
                    definitions.entry((Resource::Party, name.clone())).or_default().push(n);
                }
                if let Some(name) = some {
                    any.entry(name.clone()).or_default().push(n);
                }
            }
        }
        check_definitions(&schema, &definitions, &any, &mut faults);
        if !faults.is_empty() {
            return Err(PackError { faults });
        }
        Ok(Self {
            regimes: regimes.into_iter().map(|(_, r)| r).collect(),
            rules,
            inventory,
            norms: norms(&files)?,
            tables,
            holdings,
            schema,
            definitions: Definitions::new(definitions, any),
            blank: OnceLock::new(),
            digest: digest(&files),
            files,
        })
    }

    /// The compiled form of the policies, as it is kept beside this crate (`packs.json`) so that a start need not
    /// parse and validate Cedar again. It names the digest of the packs that it was made from.
    pub fn compiled(&self) -> String {
        Compiled::new(self.digest, self.schema.clone(), self.rules.clone()).to_text()
    }

    /// The files of the packs.
    pub fn files(&self) -> &PackFiles {
        &self.files
    }

    /// The digest of the packs: SHA-256 over one line `sha256  path` per file, in the order of the paths. The
    /// worked cases (`<regime>/cases/`) and the statements to be proven (`invariants.toml`) are no part of it.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The inventory of rule ids.
    pub fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// What carries the rules that have no policy of their own.
    pub fn norms(&self) -> &Norms {
        &self.norms
    }

    /// The regimes, families and gates that the packs hold.
    pub fn regimes(&self) -> &[Regime] {
        &self.regimes
    }

    /// The Cedar policies, their ids being the rules' ids, and the schema of the facts, parsed anew.
    pub fn cedar(&self) -> Result<(PolicySet, cedar_policy::Schema), PackError> {
        let (sets, schema, _) = cedar(&self.files)?;
        let mut named = PolicySet::new();
        for raw in sets.iter().flat_map(|(_, set)| set.policies()) {
            let part = raw.annotation("part").map(|p| format!("#{p}")).unwrap_or_default();
            let key = format!("{}{part}", raw.annotation("id").unwrap_or_default());
            named
                .add(raw.new_id(PolicyId::new(key)))
                .map_err(|e| PackError { faults: vec![e.to_string()] })?;
        }
        Ok((named, schema))
    }

    /// Ids of the inventory that no policy bears, in order; [`Law::norms`] says of each what carries it.
    pub fn ids_without_policy(&self) -> Vec<&str> {
        let borne = |id: &str| self.rules.iter().any(|r| r.id == id);
        self.inventory.rows().map(|row| row.id.as_str()).filter(|id| !borne(id)).collect()
    }
}

type Parsed = (Vec<(String, PolicySet)>, cedar_policy::Schema, Schema);

/// The Cedar files of a tree, parsed.
fn cedar(files: &PackFiles) -> Result<Parsed, PackError> {
    let fatal = |e: String| PackError { faults: vec![format!("schema.cedarschema: {e}")] };
    let text = files.get("schema.cedarschema").ok_or_else(|| fatal("missing".to_owned()))?;
    let (fragment, _) = SchemaFragment::from_cedarschema_str(text).map_err(|e| fatal(e.to_string()))?;
    let json = fragment.clone().to_json_value().map_err(|e| fatal(e.to_string()))?;
    let schema = Schema::from_json(&json).map_err(fatal)?;
    let cedar_schema =
        cedar_policy::Schema::from_schema_fragments([fragment]).map_err(|e| fatal(e.to_string()))?;
    let (mut sets, mut faults) = (Vec::new(), Vec::new());
    for (path, content) in files.iter().filter(|(path, _)| path.ends_with(".cedar")) {
        match PolicySet::from_str(content) {
            Ok(set) => sets.push((path.clone(), set)),
            Err(error) => faults.push(format!("{path}: {}", policy::where_and_why(content, &error))),
        }
    }
    if faults.is_empty() { Ok((sets, cedar_schema, schema)) } else { Err(PackError { faults }) }
}

fn inventory(files: &PackFiles) -> Result<Inventory, PackError> {
    let fatal = |fault: String| PackError { faults: vec![format!("rule-ids.csv: {fault}")] };
    Inventory::parse(files.get("rule-ids.csv").ok_or_else(|| fatal("missing".to_owned()))?).map_err(fatal)
}

fn norms(files: &PackFiles) -> Result<Norms, PackError> {
    let fatal = |fault: String| PackError { faults: vec![format!("norms.csv: {fault}")] };
    Norms::parse(files.get("norms.csv").ok_or_else(|| fatal("missing".to_owned()))?).map_err(fatal)
}

/// The `regime.toml` of every folder, by folder.
fn regimes(files: &PackFiles, faults: &mut Vec<String>) -> Vec<(String, Regime)> {
    let mut regimes = Vec::new();
    for (path, content) in files {
        let Some((folder, "regime.toml")) = path.split_once('/') else { continue };
        match toml::from_str::<Regime>(content) {
            Ok(regime) => regimes.push((folder.to_owned(), regime)),
            Err(error) => faults.push(format!("{path}: {error}")),
        }
    }
    regimes
}

fn check_definitions(
    schema: &Schema,
    definitions: &BTreeMap<(Resource, Arc<str>), Vec<usize>>,
    any: &BTreeMap<Arc<str>, Vec<usize>>,
    faults: &mut Vec<String>,
) {
    for attribute in schema.context.iter().filter(|a| a.defined) {
        if !any.contains_key(&attribute.name) {
            faults.push(format!("schema.cedarschema: nothing defines `context.{}` (@any)", attribute.name));
        }
    }
    for name in any.keys() {
        if !schema.context.iter().any(|a| a.defined && a.name == *name) {
            faults.push(format!("@any(\"{name}\"): the schema has no @defined `{name}` in Facts"));
        }
    }
    for resource in Resource::ALL {
        let attributes = schema.entities.get(resource.as_str()).map(Vec::as_slice).unwrap_or_default();
        for attribute in attributes.iter().filter(|a| a.defined) {
            if !definitions.contains_key(&(resource, attribute.name.clone())) {
                faults.push(format!(
                    "schema.cedarschema: nothing defines `{}.{}` (@defines)",
                    resource.as_str(),
                    attribute.name
                ));
            }
        }
    }
    for (resource, name) in definitions.keys() {
        let known = schema.entities.get(resource.as_str());
        if !known.is_some_and(|list| list.iter().any(|a| a.defined && a.name == *name)) {
            faults.push(format!(
                "@defines(\"{name}\"): the schema has no @defined `{name}` in {}",
                resource.as_str()
            ));
        }
    }
}

fn check_references(rules: &[Rule], inventory: &Inventory, faults: &mut Vec<String>) {
    for rule in rules {
        let named: Vec<&String> = match &rule.role {
            Role::Exception { lifts } => lifts.iter().collect(),
            Role::Bar { bars } => bars.iter().filter(|b| *b != "*" && !b.starts_with('-')).collect(),
            Role::Review { reviews } => reviews.iter().collect(),
            Role::Support { supports } => supports.iter().collect(),
            Role::Gate { under, .. } => under.iter().collect(),
            _ => Vec::new(),
        };
        for id in named.into_iter().chain(&rule.cites).chain(&rule.mentions) {
            if inventory.get(id).is_none() {
                faults.push(format!("{}: names `{id}`, which is not in rule-ids.csv", rule.key));
            }
        }
        if rule.kind == NormKind::Law && matches!(rule.role, Role::RedFlag) {
            faults.push(format!("{}: a red flag is raised by GUIDANCE, not by LAW", rule.key));
        }
        if let Some(stay) = &rule.stayed
            && inventory.get(&stay.by).is_none()
        {
            faults.push(format!("{}: stayed by `{}`, which is not in rule-ids.csv", rule.key, stay.by));
        }
    }
}
