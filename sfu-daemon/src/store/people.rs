//! Accounts of staff, the areas that they work in, and what lets them in: one-time links and sessions.

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use sfu_signal::StaffRole;

use super::sealed::{Person, Place, put_person};
use super::{Area, Deed, Means, Store, StoreError};
use crate::auth::{TokenHash, hex};
use crate::retention::Class;

/// Somebody of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) id: u32,
    pub(crate) login: String,
    /// As colleagues and patients read it. Empty: as the area is called.
    pub(crate) name: String,
    pub(crate) role: StaffRole,
    pub(crate) standing: Standing,
    /// Where they work.
    pub(crate) areas: Vec<u32>,
}

/// What an account is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Active,
    /// Nobody signs in with it, and it is erased after a while.
    Disabled,
    /// The same, but it is kept: whoever it is about has objected to its use, or needs it for a claim (GDPR, Art. 18).
    Restricted,
}

impl Standing {
    fn from(is_active: bool, is_restricted: bool) -> Self {
        match (is_active, is_restricted) {
            (true, _) => Self::Active,
            (false, false) => Self::Disabled,
            (false, true) => Self::Restricted,
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Restricted => "restricted",
        }
    }
}

/// A valid staff session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) hash: TokenHash,
    pub(crate) staff: u32,
    pub(crate) means: Means,
    pub(crate) began_ms: i64,
}

impl Session {
    /// By which it is called in lists.
    pub(crate) fn id(&self) -> String {
        session_id(self.hash)
    }
}

/// How long staff sessions last, by the means with which they began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionLimits {
    pub(crate) link: Lifetime,
    /// With a password, or what is as good for any computer.
    pub(crate) password: Lifetime,
}

/// How long a session lasts, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetime {
    /// Without use.
    pub(crate) idle_ms: i64,
    /// At most.
    pub(crate) absolute_ms: i64,
}

impl SessionLimits {
    fn each(self) -> [(Means, Lifetime); 4] {
        let Self { link, password } = self;
        [(Means::Link, link), (Means::Password, password), (Means::Passkey, password), (Means::Provider, password)]
    }
}

/// A consultation lengthens the sessions of those who take part in it to this long from now, so that none ends in the middle.
const CONSULTING_MS: i64 = 180_000;

/// A session as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenSession {
    /// The beginning of its hash, which lets nobody in.
    pub(crate) id: String,
    pub(crate) login: String,
    /// What the browser says that it is.
    pub(crate) label: String,
    pub(crate) means: Means,
    pub(crate) began_ms: i64,
    pub(crate) seen_ms: i64,
}

const LAST_ADMIN: StoreError = StoreError::Refused("there would be no active admin left; make another one first");

impl Store {
    /// All accounts, by id.
    pub(crate) fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let connection = self.read();
        let mut rows = connection.prepare("SELECT id, sealed, role, active, restricted FROM staff ORDER BY id")?;
        let rows = rows.query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, Standing::from(row.get(3)?, row.get(4)?)))
        })?;
        let rows: Vec<(u32, Vec<u8>, String, Standing)> = rows.collect::<Result<_, _>>()?;
        let open = |(id, sealed, role, standing): (u32, Vec<u8>, String, Standing)| {
            let Person { login, name, .. } = self.at_rest.open_at(Place::Person(id), &sealed)?;
            Ok(Account { id, login, name, role: role_from(&role), standing, areas: Vec::new() })
        };
        let mut accounts: Vec<Account> = rows.into_iter().map(open).collect::<Result<_, StoreError>>()?;
        let mut rows = connection.prepare("SELECT area FROM staff_areas WHERE staff = ?1 ORDER BY area")?;
        for account in &mut accounts {
            account.areas = rows.query_map([account.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
        }
        Ok(accounts)
    }

    /// The slugs of the areas in which somebody works, by the areas' ids.
    pub(crate) fn slugs_of(&self, staff: u32) -> Result<Vec<String>, StoreError> {
        let connection = self.read();
        let mut rows =
            connection.prepare("SELECT slug FROM areas JOIN staff_areas ON area = id WHERE staff = ?1 ORDER BY id")?;
        let slugs = rows.query_map([staff], |row| row.get(0))?;
        Ok(slugs.collect::<Result<_, _>>()?)
    }

    /// Adds an account; its id is chosen here.
    pub(crate) fn add_account(&self, account: &Account) -> Result<u32, StoreError> {
        self.write(&[Class::Accounts], |transaction| {
            let Account { login, name, role, .. } = account;
            self.refuse_taken_login(transaction, 0, login)?;
            let id = transaction.query_row(
                // Not the number of somebody who was erased, as long as the audit log has it.
                "INSERT INTO staff (id, role, active)
                 SELECT 1 + max((SELECT ifnull(max(id), 0) FROM staff), (SELECT ifnull(max(staff), 0) FROM audit)), ?1, 1
                 RETURNING id",
                params![role_text(*role)],
                |row| row.get(0),
            )?;
            let (login, name) = (login.clone(), name.clone());
            let person = Person { login, name, password: None, is_temporary: false, totp: None, mail: None };
            put_person(transaction, &self.at_rest, id, &person)?;
            set_areas(transaction, id, &account.areas)?;
            Ok(id)
        })
    }

    /// Changes an account. One that is no longer active has no sessions and no links any more.
    pub(crate) fn set_account(&self, account: &Account) -> Result<(), StoreError> {
        self.write(&[Class::Accounts], |transaction| {
            let Account { id, login, name, role, standing, areas } = account;
            let is_active = *standing == Standing::Active;
            self.refuse_taken_login(transaction, *id, login)?;
            self.change_person(transaction, *id, |person| {
                (person.login, person.name) = (login.clone(), name.clone());
            })?;
            transaction.execute(
                "UPDATE staff SET role = ?2, active = ?3, restricted = ?4, disabled_ms = CASE WHEN ?3 OR ?4 THEN NULL ELSE disabled_ms END
                 WHERE id = ?1",
                params![id, role_text(*role), is_active, *standing == Standing::Restricted],
            )?;
            set_areas(transaction, *id, areas)?;
            if !is_active {
                end_sessions(transaction, *id, None)?;
                transaction.execute("DELETE FROM enrolments WHERE staff = ?1", [id])?;
            }
            check_admins(transaction)
        })
    }

    /// Adds an area, in which the admins work from now on; its id is chosen here.
    pub(crate) fn add_area(&self, area: &Area) -> Result<u32, StoreError> {
        self.write(&[Class::Areas, Class::Accounts], |transaction| {
            let id = transaction
                .query_row(
                    "INSERT INTO areas (slug, practice, title, help_phone) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO NOTHING RETURNING id",
                    params![area.slug, area.practice, area.title, area.help_phone],
                    |row| row.get(0),
                )
                .optional()?;
            let id: u32 = id.ok_or(StoreError::Refused("there is an area with this slug already"))?;
            transaction
                .execute("INSERT INTO staff_areas (staff, area) SELECT id, ?1 FROM staff WHERE role = 'admin'", [id])?;
            Ok(id)
        })
    }

    /// Removes an area with the keys that were made for it, its rules and its links.
    pub(crate) fn remove_area(&self, id: u32) -> Result<(), StoreError> {
        self.write(&[], |transaction| {
            for table in ["staff_areas", "seals", "rules", "visit_links", "look_files", "looks"] {
                transaction.execute(&format!("DELETE FROM {table} WHERE area = ?1"), [id])?;
            }
            transaction.execute("DELETE FROM areas WHERE id = ?1", [id])?;
            let areas: u32 = transaction.query_row("SELECT count(*) FROM areas", [], |row| row.get(0))?;
            if areas == 0 { Err(StoreError::Refused("it is the only area; add another one first")) } else { Ok(()) }
        })
    }

    /// Keeps the hash of a one-time link for an account, and forgets links that are past their time. Without an account: for the first admin.
    pub(crate) fn add_enrolment(
        &self,
        staff: Option<u32>,
        hash: TokenHash,
        now_ms: i64,
        ends_ms: i64,
    ) -> Result<(), StoreError> {
        self.write(&[Class::StaffLinks], |transaction| {
            transaction.execute("DELETE FROM enrolments WHERE ends_ms <= ?1", [now_ms])?;
            let made = transaction.execute(
                "INSERT INTO enrolments (hash, staff, ends_ms)
                 SELECT ?1, id, ?2 FROM staff WHERE active = 1 AND ifnull(id = ?3, role = 'admin') ORDER BY id LIMIT 1",
                params![hash.0, ends_ms, staff],
            )?;
            if made == 0 { Err(StoreError::Refused("the account is disabled; enable it first")) } else { Ok(()) }
        })
    }

    /// Until when the one-time links of an account work.
    pub(crate) fn links_of(&self, staff: u32) -> Result<Vec<i64>, StoreError> {
        let connection = self.read();
        let mut rows = connection.prepare("SELECT ends_ms FROM enrolments WHERE staff = ?1 ORDER BY ends_ms")?;
        let ends = rows.query_map([staff], |row| row.get(0))?;
        Ok(ends.collect::<Result<_, _>>()?)
    }

    /// Turns a one-time link into a session. `false` if the link is unknown, used or past its time.
    pub(crate) fn enrol(&self, link: TokenHash, session: TokenHash, now_ms: i64) -> Result<bool, StoreError> {
        self.write(&[Class::Sessions, Class::Audit], |transaction| {
            let staff: Option<u32> = transaction
                .query_row(
                    "DELETE FROM enrolments WHERE hash = ?1 AND ?2 < ends_ms RETURNING staff",
                    params![link.0, now_ms],
                    |row| row.get(0),
                )
                .optional()?;
            let Some(staff) = staff else { return Ok(false) };
            self.begin_session(transaction, session, staff, Means::Link, "", now_ms)?;
            self.note_with(transaction, now_ms, Some(staff), &Deed::SignedIn(Means::Link))?;
            Ok(true)
        })
    }

    /// The session of this hash if it is still valid; its use is noted.
    pub(crate) fn session(
        &self,
        hash: TokenHash,
        now_ms: i64,
        limits: SessionLimits,
    ) -> Result<Option<Session>, StoreError> {
        self.write(&[Class::Sessions], |transaction| {
            end_old_sessions(transaction, now_ms, limits)?;
            let session = transaction
                .query_row(
                    "UPDATE sessions SET seen_ms = max(seen_ms, ?2) WHERE hash = ?1 RETURNING staff, means, began_ms",
                    params![hash.0, now_ms],
                    |row| {
                        let means = Means::from(&row.get::<_, String>(1)?);
                        Ok(Session { hash, staff: row.get(0)?, means, began_ms: row.get(2)? })
                    },
                )
                .optional()?;
            Ok(session)
        })
    }

    /// These sessions are those of people in a consultation.
    pub(crate) fn consulting(
        &self,
        hashes: impl IntoIterator<Item = TokenHash>,
        now_ms: i64,
        limits: SessionLimits,
    ) -> Result<(), StoreError> {
        self.write(&[Class::Sessions], |transaction| {
            for hash in hashes {
                for (means, Lifetime { absolute_ms, .. }) in limits.each() {
                    transaction.execute(
                        "UPDATE sessions SET seen_ms = max(seen_ms, ?3), began_ms = max(began_ms, ?3 + ?4 - ?5)
                         WHERE hash = ?1 AND means = ?2",
                        params![hash.0, means.word(), now_ms, CONSULTING_MS, absolute_ms],
                    )?;
                }
            }
            Ok(())
        })
    }

    /// Which of these sessions there still are.
    pub(crate) fn still_open(
        &self,
        hashes: impl IntoIterator<Item = TokenHash>,
        now_ms: i64,
        limits: SessionLimits,
    ) -> Result<Vec<TokenHash>, StoreError> {
        let connection = self.read();
        end_old_sessions(&connection, now_ms, limits)?;
        let mut row = connection.prepare("SELECT 1 FROM sessions WHERE hash = ?1")?;
        let mut open = Vec::new();
        for hash in hashes {
            if row.exists([hash.0])? {
                open.push(hash);
            }
        }
        Ok(open)
    }

    /// The sessions of an account, or of all, that have not ended, by account and beginning.
    pub(crate) fn open_sessions(
        &self,
        now_ms: i64,
        limits: SessionLimits,
        staff: Option<u32>,
    ) -> Result<Vec<OpenSession>, StoreError> {
        let connection = self.read();
        end_old_sessions(&connection, now_ms, limits)?;
        let mut rows = connection.prepare(
            "SELECT hash, staff, sealed, browser, means, began_ms, seen_ms FROM sessions JOIN staff ON staff.id = staff
             WHERE ifnull(staff = ?1, 1) ORDER BY staff, began_ms",
        )?;
        let mut rows = rows.query([staff])?;
        let mut sessions = Vec::new();
        while let Some(row) = rows.next()? {
            let hash: [u8; 32] = row.get(0)?;
            let of: Person = self.at_rest.open_at(Place::Person(row.get(1)?), &row.get::<_, Vec<u8>>(2)?)?;
            sessions.push(OpenSession {
                id: session_id(TokenHash(hash)),
                login: of.login,
                label: self.at_rest.open_at(Place::Browser(&hash), &row.get::<_, Vec<u8>>(3)?)?,
                means: Means::from(&row.get::<_, String>(4)?),
                began_ms: row.get(5)?,
                seen_ms: row.get(6)?,
            });
        }
        Ok(sessions)
    }

    pub(crate) fn end_session(&self, hash: TokenHash, now_ms: i64) -> Result<(), StoreError> {
        self.write(&[Class::Sessions, Class::Audit], |transaction| {
            let ended = "DELETE FROM sessions WHERE hash = ?1 RETURNING staff";
            let staff: Option<u32> = transaction.query_row(ended, [hash.0], |row| row.get(0)).optional()?;
            transaction.execute("DELETE FROM pushes WHERE session = ?1", [hash.0])?;
            staff.map_or(Ok(()), |staff| self.note_with(transaction, now_ms, Some(staff), &Deed::SignedOut))
        })
    }

    /// Ends the session with this id, all of an account, or all that there are; says how many.
    pub(crate) fn revoke(&self, id: Option<&str>, staff: Option<u32>) -> Result<usize, StoreError> {
        self.write(&[], |transaction| {
            // Whoever signs a browser out wants it told nothing any more. A session that ends by itself leaves it: that somebody waits is what it is for.
            transaction.execute(
                "DELETE FROM pushes WHERE ifnull(substr(lower(hex(session)), 1, 16) = ?1, 1) AND ifnull(staff = ?2, 1)",
                params![id, staff],
            )?;
            Ok(transaction.execute(
                "DELETE FROM sessions WHERE ifnull(substr(lower(hex(hash)), 1, 16) = ?1, 1) AND ifnull(staff = ?2, 1)",
                params![id, staff],
            )?)
        })
    }

    /// `browser`: what it says that it is.
    pub(super) fn begin_session(
        &self,
        transaction: &Transaction,
        hash: TokenHash,
        staff: u32,
        means: Means,
        browser: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        transaction.execute(
            "INSERT INTO sessions (hash, staff, began_ms, seen_ms, means, browser) VALUES (?1, ?2, ?3, ?3, ?4, ?5)",
            params![hash.0, staff, now_ms, means.word(), self.at_rest.seal_at(Place::Browser(&hash.0), &browser)?],
        )?;
        Ok(())
    }

    fn refuse_taken_login(&self, transaction: &Transaction, id: u32, login: &str) -> Result<(), StoreError> {
        let mut taken = transaction.prepare("SELECT 1 FROM staff WHERE login_index = ?1 AND id <> ?2")?;
        match taken.exists(params![self.at_rest.index(login), id])? {
            true => Err(StoreError::Refused("there is an account with this login already")),
            false => Ok(()),
        }
    }
}

/// By which a session is called in lists.
pub(crate) fn session_id(hash: TokenHash) -> String {
    hex(&hash.0[..8])
}

/// There is always an active admin.
pub(super) fn check_admins(transaction: &Transaction) -> Result<(), StoreError> {
    let mut admins = transaction.prepare("SELECT 1 FROM staff WHERE active = 1 AND role = 'admin'")?;
    if admins.exists([])? { Ok(()) } else { Err(LAST_ADMIN) }
}

/// Signs an account's browsers out, but the one at hand. Whoever does that wants them told nothing any more, either.
pub(super) fn end_sessions(transaction: &Transaction, staff: u32, but: Option<TokenHash>) -> Result<(), StoreError> {
    for ended in [
        "DELETE FROM sessions WHERE staff = ?1 AND ifnull(hash <> ?2, 1)",
        "DELETE FROM pushes WHERE staff = ?1 AND ifnull(session <> ?2, 1)",
    ] {
        transaction.execute(ended, params![staff, but.map(|hash| hash.0)])?;
    }
    Ok(())
}

/// Says how many.
pub(super) fn end_old_sessions(
    connection: &Connection,
    now_ms: i64,
    limits: SessionLimits,
) -> Result<usize, StoreError> {
    let mut ended = 0;
    for (means, Lifetime { idle_ms, absolute_ms }) in limits.each() {
        ended += connection.execute(
            "DELETE FROM sessions WHERE means = ?4 AND (began_ms + ?2 <= ?1 OR seen_ms + ?3 <= ?1)",
            params![now_ms, absolute_ms, idle_ms, means.word()],
        )?;
    }
    Ok(ended)
}

fn set_areas(transaction: &Transaction, staff: u32, areas: &[u32]) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM staff_areas WHERE staff = ?1", [staff])?;
    for area in areas {
        transaction.execute("INSERT OR IGNORE INTO staff_areas (staff, area) VALUES (?1, ?2)", [staff, *area])?;
    }
    Ok(())
}

/// As the table and the command line have it.
pub(crate) fn role_text(role: StaffRole) -> &'static str {
    match role {
        StaffRole::Admin => "admin",
        StaffRole::Provider => "provider",
        StaffRole::Assistant => "assistant",
    }
}

/// The table's own check allows no other word; should one appear, it is the one that may do least.
pub(super) fn role_from(text: &str) -> StaffRole {
    match text {
        "admin" => StaffRole::Admin,
        "provider" => StaffRole::Provider,
        _ => StaffRole::Assistant,
    }
}
