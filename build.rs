//! Compiles `proto/` for `crates/proto`, whose build script this is.
//!
//! Three things go to `OUT_DIR`: the descriptor set with all its options, the
//! messages and stubs, and a `Validate` implementation per message, made from
//! the rules in `annotations.proto`. No `protoc` is needed.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use prost_reflect::{
    Cardinality, DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor,
    OneofDescriptor, Value,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

#[expect(clippy::disallowed_methods, reason = "Cargo tells a build script by the environment")]
fn main() -> Outcome<()> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let include = root.join("proto");
    // Cargo watches nothing outside the package by itself.
    println!("cargo:rerun-if-changed={}", include.display());
    println!("cargo:rerun-if-changed={}", root.join("build.rs").display());

    let mut compiler = protox::Compiler::new([&include])?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(proto_files(&include.join("outlay/v1"))?)?;

    // Of the two ways to get at the set only this one keeps our own options.
    fs::write(out.join("outlay.v1.bin"), compiler.encode_file_descriptor_set())?;

    tonic_prost_build::configure()
        // Ordered maps make the encoding of a message the same every time:
        // request ids are compared by the hash of it.
        .btree_map(".outlay.v1")
        .codec_path("crate::codec::Codec")
        .compile_fds(compiler.file_descriptor_set())?;

    let code = validations(&compiler.descriptor_pool())?;
    fs::write(out.join("outlay.v1.validate.rs"), code)?;
    Ok(())
}

fn proto_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        files.push(entry?.path());
    }
    files.sort();
    Ok(files)
}

/// The generated file: an implementation of `Validate` for every message.
fn validations(pool: &DescriptorPool) -> Outcome<String> {
    let mut code = String::new();
    for message in pool.all_messages() {
        let ours = message.package_name() == "outlay.v1";
        if ours && message.name() != "FieldRules" && !message.is_map_entry() {
            implementation(&mut code, &message)?;
        }
    }
    Ok(code)
}

fn implementation(code: &mut String, message: &MessageDescriptor) -> Outcome<()> {
    let mut body = String::new();
    for field in message.fields() {
        if real_oneof(&field).is_none() {
            let rules = Rules::of(&field)?;
            let place = format!("self.{}", ident(field.name()));
            // Of messages presence is known anyhow, and bools have no rules.
            let anyhow = matches!(field.kind(), Kind::Message(_) | Kind::Bool);
            if field.containing_oneof().is_some() && !anyhow {
                writeln!(body, "        if let Some(value) = {place} {{")?;
                optional_statement(&mut body, &field, &rules)?;
                writeln!(body, "        }}")?;
            } else {
                statement(&mut body, &field, &rules, &place)?;
            }
        }
    }
    for oneof in message.oneofs() {
        if oneof.fields().all(|field| real_oneof(&field).is_some()) {
            oneof_statement(&mut body, message, &oneof)?;
        }
    }
    let unused = if body.is_empty() { "_" } else { "" };
    writeln!(
        code,
        "impl Validate for {} {{\n    fn validate(&self, {unused}v: &mut Violations) {{\n{body}    }}\n}}",
        message.name()
    )?;
    Ok(())
}

/// Proto3 `optional` fields stand in a oneof of their own, which isn't one.
fn real_oneof(field: &FieldDescriptor) -> Option<OneofDescriptor> {
    field.containing_oneof().filter(|oneof| !oneof.is_synthetic())
}

fn oneof_statement(
    body: &mut String,
    message: &MessageDescriptor,
    oneof: &OneofDescriptor,
) -> Outcome<()> {
    let module = snake(message.name());
    let kind = camel(oneof.name());
    writeln!(body, "        match &self.{} {{", ident(oneof.name()))?;
    for field in oneof.fields() {
        let Kind::Message(_) = field.kind() else {
            return Err(format!("{}: a oneof may only hold messages", field.full_name()).into());
        };
        let variant = camel(field.name());
        writeln!(
            body,
            "            Some({module}::{kind}::{variant}(inner)) => v.message({:?}, Some(inner), true, false),",
            field.name()
        )?;
    }
    writeln!(body, "            None => v.missing({:?}),\n        }}", oneof.name())?;
    Ok(())
}

/// The statement that checks the value of an `optional` number, where it is
/// given.
fn optional_statement(body: &mut String, field: &FieldDescriptor, rules: &Rules) -> Outcome<()> {
    match field.kind() {
        Kind::Int32 | Kind::Int64 => statement(body, field, rules, "value"),
        other => Err(unknown(field, &format!("an optional {other:?}"))),
    }
}

/// The statement that checks one field; none for what the server writes.
fn statement(
    body: &mut String,
    field: &FieldDescriptor,
    rules: &Rules,
    place: &str,
) -> Outcome<()> {
    if rules.output_only {
        return Ok(());
    }
    let name = field.name();
    let required = rules.required;
    let call = if field.is_map() {
        format!("v.map({name:?}, &{place}, {}, {})", rules.text()?, rules.list())
    } else if field.cardinality() == Cardinality::Repeated {
        match field.kind() {
            Kind::String => {
                format!("v.strings({name:?}, &{place}, {}, {})", rules.text()?, rules.list())
            }
            Kind::Enum(kind) => {
                let list = rules.list();
                format!("v.enumerations::<{}>({name:?}, &{place}, {list})", kind.name())
            }
            Kind::Int32 => {
                let (bounds, list) = (rules.bounds(), rules.list());
                format!("v.numbers({name:?}, &{place}, ({bounds}), {list})")
            }
            Kind::Message(kind) if kind.full_name() == "google.protobuf.Timestamp" => {
                format!("v.timestamps({name:?}, &{place}, {})", rules.list())
            }
            Kind::Message(_) => format!("v.messages({name:?}, &{place}, {})", rules.list()),
            other => return Err(unknown(field, &format!("a list of {other:?}"))),
        }
    } else {
        match field.kind() {
            Kind::String => format!("v.string({name:?}, &{place}, {})", rules.text()?),
            Kind::Bytes => format!("v.bytes({name:?}, &{place}, {}, {required})", rules.max_bytes),
            Kind::Bool => return Ok(()),
            Kind::Int32 => format!("v.number({name:?}, i64::from({place}), {})", rules.bounds()),
            Kind::Int64 => format!("v.number({name:?}, {place}, {})", rules.bounds()),
            Kind::Enum(kind) => {
                format!("v.enumeration::<{}>({name:?}, {place}, {required})", kind.name())
            }
            Kind::Message(kind) => match kind.full_name() {
                "google.protobuf.Timestamp" => {
                    format!("v.timestamp({name:?}, {place}.as_ref(), {required})")
                }
                "google.protobuf.FieldMask" => format!("v.mask({name:?}, {place}.as_ref())"),
                full if full.starts_with("outlay.v1.") => {
                    format!("v.message({name:?}, {place}.as_ref(), {required}, {})", rules.partial)
                }
                other => return Err(unknown(field, other)),
            },
            other => return Err(unknown(field, &format!("{other:?}"))),
        }
    };
    writeln!(body, "        {call};")?;
    Ok(())
}

fn unknown(field: &FieldDescriptor, what: &str) -> Box<dyn Error> {
    format!("{}: build.rs has no check for {what}", field.full_name()).into()
}

/// The rules of one field, read from its `(outlay.v1.field)` option.
#[derive(Default)]
struct Rules {
    required: bool,
    output_only: bool,
    min_length: u32,
    max_length: u32,
    max_bytes: u32,
    pattern: String,
    minimum: Option<i64>,
    maximum: Option<i64>,
    min_items: u32,
    max_items: u32,
    unique: bool,
    format: i32,
    resource: String,
    multiline: bool,
    partial: bool,
}

impl Rules {
    fn of(field: &FieldDescriptor) -> Outcome<Self> {
        let extension = field
            .parent_pool()
            .get_extension_by_name("outlay.v1.field")
            .ok_or("annotations.proto lacks the extension outlay.v1.field")?;
        let mut rules = Self::default();
        let options: DynamicMessage = field.options();
        if !options.has_extension(&extension) {
            return Err(format!("{}: a field must state its rules", field.full_name()).into());
        }
        let value = options.get_extension(&extension);
        let message = value.as_message().ok_or("outlay.v1.field is no message")?;
        for (rule, value) in message.fields() {
            rules.read(rule.name(), value).ok_or_else(|| {
                format!("{}: build.rs doesn't know the rule {}", field.full_name(), rule.name())
            })?;
        }
        Ok(rules)
    }

    /// Takes one rule in; nothing for a rule that it doesn't know.
    fn read(&mut self, name: &str, value: &Value) -> Option<()> {
        match name {
            "behavior" => {
                for behavior in value.as_list()? {
                    match behavior.as_enum_number()? {
                        1 => self.required = true,
                        3 => self.output_only = true,
                        2 | 4 | 5 => {}
                        _ => return None,
                    }
                }
            }
            "min_length" => self.min_length = value.as_u32()?,
            "max_length" => self.max_length = value.as_u32()?,
            "max_bytes" => self.max_bytes = value.as_u32()?,
            "pattern" => self.pattern = value.as_str()?.to_owned(),
            "minimum" => self.minimum = Some(value.as_i64()?),
            "maximum" => self.maximum = Some(value.as_i64()?),
            "min_items" => self.min_items = value.as_u32()?,
            "max_items" => self.max_items = value.as_u32()?,
            "unique" => self.unique = value.as_bool()?,
            "format" => self.format = value.as_enum_number()?,
            "resource" => self.resource = value.as_str()?.to_owned(),
            "multiline" => self.multiline = value.as_bool()?,
            "partial" => self.partial = value.as_bool()?,
            _ => return None,
        }
        Some(())
    }

    /// A `&Text` expression.
    fn text(&self) -> Outcome<String> {
        let format = match self.format {
            0 => "None",
            1 => "Some(Format::Uuid)",
            2 => "Some(Format::Month)",
            3 => "Some(Format::ResourceId)",
            4 => "Some(Format::Language)",
            5 => "Some(Format::Uri)",
            6 => "Some(Format::Decimal)",
            7 => "Some(Format::TimeZone)",
            other => return Err(format!("build.rs doesn't know the format {other}").into()),
        };
        let pattern = if self.pattern.is_empty() {
            "None".to_owned()
        } else {
            let whole = format!("^(?:{})$", self.pattern);
            format!(
                "Some({{ static PATTERN: Pattern = Pattern::new({whole:?}, {:?}); &PATTERN }})",
                self.pattern
            )
        };
        Ok(format!(
            "&Text {{ required: {}, min: {}, max: {}, pattern: {pattern}, format: {format}, resource: {:?}, multiline: {} }}",
            self.required, self.min_length, self.max_length, self.resource, self.multiline
        ))
    }

    /// A `&List` expression.
    fn list(&self) -> String {
        format!(
            "&List {{ required: {}, min: {}, max: {}, unique: {} }}",
            self.required, self.min_items, self.max_items, self.unique
        )
    }

    /// Two `Option<i64>` expressions.
    fn bounds(&self) -> String {
        format!("{:?}, {:?}", self.minimum, self.maximum)
    }
}

/// A field's name as prost writes it.
fn ident(name: &str) -> String {
    const KEYWORDS: [&str; 8] = ["type", "match", "move", "ref", "use", "where", "loop", "in"];
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

fn camel(name: &str) -> String {
    let mut word = String::new();
    for part in name.split('_') {
        let mut letters = part.chars();
        word.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        word.extend(letters);
    }
    word
}

fn snake(name: &str) -> String {
    let mut word = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}
