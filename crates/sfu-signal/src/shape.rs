//! The shape of a JSON text: its keys and kinds of values, without the values.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::decode::{DecodeError, MESSAGE_DEPTH_MAX};

/// What a JSON text is made of. It holds no strings but keys, so that no name is copied.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Null,
    Bool,
    Number,
    String,
    Array(Vec<Self>),
    Object(BTreeMap<String, Self>),
}

/// A rule of ours that valid JSON may break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    KeyTwice,
    TooDeep,
}

impl Shape {
    /// The shape of `text`, which must be one JSON text without duplicate keys or deep nesting.
    pub(crate) fn read(text: &str) -> Result<Self, DecodeError> {
        let flaw = Cell::new(None);
        let mut reader = serde_json::Deserializer::from_str(text);
        Reader { flaw: &flaw, depth_left: MESSAGE_DEPTH_MAX }
            .deserialize(&mut reader)
            .and_then(|shape| reader.end().map(|()| shape))
            .map_err(|error| (flaw.get(), error).into())
    }

    /// Whether `sent` says this and nothing else. A field that is null may be left out.
    pub(crate) fn is_said_by(&self, sent: &Self) -> bool {
        match (self, sent) {
            (Self::Object(fields), Self::Object(sent)) => {
                sent.keys().all(|key| fields.contains_key(key))
                    && fields.iter().all(|(key, field)| match sent.get(key) {
                        Some(sent) => field.is_said_by(sent),
                        None => *field == Self::Null,
                    })
            }
            (Self::Array(items), Self::Array(sent)) => {
                items.len() == sent.len() && items.iter().zip(sent).all(|(item, sent)| item.is_said_by(sent))
            }
            (this, sent) => this == sent,
        }
    }
}

/// Reads a shape at one level of nesting.
#[derive(Clone, Copy)]
struct Reader<'a> {
    /// Which rule was broken, if it was one of ours: serde's errors have no room for it.
    flaw: &'a Cell<Option<Flaw>>,
    depth_left: usize,
}

impl Reader<'_> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        match self.depth_left.checked_sub(1) {
            Some(depth_left) => Ok(Self { depth_left, ..self }),
            None => Err(self.refuse(Flaw::TooDeep)),
        }
    }

    fn refuse<E: Error>(self, flaw: Flaw) -> E {
        self.flaw.set(Some(flaw));
        E::custom("refused")
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Shape;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Shape, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Shape, E> {
        Ok(Shape::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::Bool)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape::Number)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Shape, E> {
        Ok(Shape::Number)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::Number)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Shape, E> {
        Ok(Shape::String)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Shape, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = array.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Shape::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Shape, A::Error> {
        let inner = self.deeper()?;
        let mut fields = BTreeMap::new();
        while let Some(key) = object.next_key::<String>()? {
            if fields.contains_key(&key) {
                return Err(self.refuse(Flaw::KeyTwice));
            }
            fields.insert(key, object.next_value_seed(inner)?);
        }
        Ok(Shape::Object(fields))
    }
}
