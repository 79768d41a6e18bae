//! Logins, users, tokens and the audit.
//!
//! Owns the routes and the cookie of the page. Secrets come and go in bodies and in that cookie, never in an address.

use super::execution::page;
use crate::admission::{Access, Who};
use crate::answer::{Answer, Done};
use crate::download::names_tag;
use crate::extract::{Json, Path, Query};
use crate::identity::{PAGE_COOKIE, bearer, origin};
use crate::keyed::Unkept;
use crate::problem::Problem;
use crate::row::Row;
use crate::state::App;
use aide::NoApi;
use aide::axum::routing::{delete, get, patch, post};
use axum::extract::State;
use axum::http::header::{ETAG, IF_MATCH, SET_COOKIE};
use axum::http::{Extensions, HeaderMap};
use runcell_model::account::AuditFilter;
use runcell_model::caller::{Operation, Role, Tenant};
use runcell_service::{NewToken, NewUser, Secret, UserChange};
use runcell_wire::{
    AuditListJson, LoginJson, LoginRequestJson, LogoutRequestJson, MadeTokenJson, MeJson, NewTokenJson, NewUserJson,
    PasswordChangeJson, RefreshRequestJson, RefusalReason, TokenListJson, UserChangeJson, UserJson, UserListJson,
    now_ms,
};
use schemars::JsonSchema;
use serde::Deserialize;

const AUTH: &str = "accounts";

#[derive(Debug, Deserialize, JsonSchema)]
struct IdPath {
    /// The id.
    #[schemars(regex(pattern = "^[0-9a-f]{32}$"))]
    id: String,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct PageQuery {
    /// How many at most, 1 to 200; 50 if nothing is said.
    #[schemars(range(min = 1, max = 200))]
    limit: Option<u32>,
    /// Where the list goes on: `next` of the page before.
    cursor: Option<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct AuditQuery {
    /// Those of one user.
    user: Option<String>,
    /// Those of one operation, such as `jobs.submit`.
    operation: Option<String>,
    /// Those written at this time or later, in milliseconds since the Unix epoch.
    since_ms: Option<i64>,
    /// Those written before this time, in milliseconds since the Unix epoch.
    until_ms: Option<i64>,
    /// How many at most, 1 to 200; 50 if nothing is said.
    #[schemars(range(min = 1, max = 200))]
    limit: Option<u32>,
    /// Where the list goes on: `next` of the page before.
    cursor: Option<String>,
}

pub(crate) fn rows() -> Vec<Row> {
    let open = |path, words, router| Row::new(path, Operation::ReadProfile, words, router).access(Access::Open);
    let (user, token) = ("/api/users/{id}", "/api/tokens/{id}");
    vec![
        open("/api/auth/login", ("login", AUTH, "Log in with a name and a password."), post(login)),
        open(
            "/api/auth/page",
            ("loginPage", AUTH, "Log the web page in: the answer sets its cookie."),
            post(login_page),
        ),
        open(
            "/api/auth/refresh",
            ("refreshLogin", AUTH, "A new access token for a refresh token, which is good once."),
            post(refresh),
        ),
        Row::new(
            "/api/auth/logout",
            Operation::ReadProfile,
            ("logout", AUTH, "End a login, or all of one's own."),
            post(logout),
        ),
        Row::new("/api/auth/me", Operation::ReadProfile, ("getMe", AUTH, "Who you are, and what you may do."), get(me))
            .access(Access::Caller),
        Row::new(
            "/api/auth/password",
            Operation::ChangeProfile,
            ("changePassword", AUTH, "Change one's own password."),
            post(password),
        ),
        Row::new("/api/users", Operation::ReadUsers, ("listUsers", AUTH, "The users of the tenant."), get(users)),
        Row::new("/api/users", Operation::WriteUsers, ("addUser", AUTH, "Add a user."), post(add_user))
            .keyed(Unkept::Password),
        Row::new(user, Operation::ReadUsers, ("getUser", AUTH, "A user, by its id or name."), get(one_user)),
        Row::new(user, Operation::WriteUsers, ("changeUser", AUTH, "Change a user."), patch(change_user)),
        Row::new(
            user,
            Operation::RemoveUsers,
            ("removeUser", AUTH, "Remove a user, with its logins and tokens."),
            delete(remove_user),
        ),
        Row::new("/api/tokens", Operation::ReadTokens, ("listTokens", AUTH, "The tokens of the tenant."), get(tokens)),
        Row::new(
            "/api/tokens",
            Operation::MakeTokens,
            ("makeToken", AUTH, "Make a token; its secret is shown this once."),
            post(make_token),
        )
        .keyed(Unkept::Answer),
        Row::new(token, Operation::RemoveTokens, ("removeToken", AUTH, "Remove a token."), delete(remove_token)),
        Row::new(
            "/api/audit",
            Operation::ReadAudit,
            ("listAudit", AUTH, "Who did what, the newest first."),
            get(audit),
        ),
    ]
}

async fn login(
    State(app): State<App>,
    NoApi(extensions): NoApi<Extensions>,
    Json(given): Json<LoginRequestJson>,
) -> Result<Answer<LoginJson>, Problem> {
    let accounts = app.service.accounts().await?;
    Ok(Answer::new(accounts.login(&given.name, &given.password, &origin(&extensions)).await?.into()))
}

async fn login_page(
    State(app): State<App>,
    NoApi(extensions): NoApi<Extensions>,
    Json(given): Json<LoginRequestJson>,
) -> Result<Answer<UserJson>, Problem> {
    let accounts = app.service.accounts().await?;
    let login = accounts.login_page(&given.name, &given.password, &origin(&extensions)).await?;
    let seconds = login.expires_ms.saturating_sub(now_ms()) / 1000;
    let cookie = cookie(login.secret.reveal(), seconds);
    Ok(Answer::new(login.user.into()).with(SET_COOKIE, cookie))
}

fn cookie(secret: &str, seconds: i64) -> String {
    format!("{PAGE_COOKIE}={secret}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict")
}

async fn refresh(
    State(app): State<App>,
    NoApi(extensions): NoApi<Extensions>,
    Json(given): Json<RefreshRequestJson>,
) -> Result<Answer<LoginJson>, Problem> {
    let accounts = app.service.accounts().await?;
    Ok(Answer::new(accounts.refresh(&given.refresh_token, &origin(&extensions)).await?.into()))
}

async fn logout(
    State(app): State<App>,
    NoApi(headers): NoApi<HeaderMap>,
    NoApi(extensions): NoApi<Extensions>,
    Json(given): Json<LogoutRequestJson>,
) -> Result<Done, Problem> {
    let secret = given.refresh_token.as_deref().map_or_else(|| bearer(&headers), Ok)?;
    app.service.accounts().await?.logout(secret, given.everywhere, &origin(&extensions)).await?;
    Ok(Done)
}

async fn me(State(app): State<App>, Who(caller): Who) -> Result<Answer<MeJson>, Problem> {
    Ok(Answer::new(app.service.profile(&caller).await?.get().await?.into()))
}

async fn password(
    State(app): State<App>,
    Who(caller): Who,
    Json(given): Json<PasswordChangeJson>,
) -> Result<Done, Problem> {
    app.service.profile(&caller).await?.change_password(&given.old_password, &given.new_password).await?;
    Ok(Done)
}

async fn users(
    State(app): State<App>,
    Who(caller): Who,
    Query(query): Query<PageQuery>,
) -> Result<Answer<UserListJson>, Problem> {
    let page = page(query.limit, query.cursor)?;
    Ok(Answer::new(app.service.users(&caller).await?.list(&page).await?.into()))
}

async fn add_user(
    State(app): State<App>,
    Who(caller): Who,
    Json(given): Json<NewUserJson>,
) -> Result<Answer<UserJson, 201>, Problem> {
    let (role, tenant) = (role(&given.role)?, tenant(given.tenant)?);
    let new = NewUser { name: given.name, password: given.password.map(Secret::from), role, tenant };
    Ok(Answer::new(app.service.users(&caller).await?.add(new).await?.into()))
}

async fn one_user(
    State(app): State<App>,
    Who(caller): Who,
    Path(IdPath { id }): Path<IdPath>,
) -> Result<Answer<UserJson>, Problem> {
    let user = app.service.users(&caller).await?.get(&id).await?;
    let tag = tag(user.changed_ms);
    Ok(Answer::new(user.into()).with(ETAG, tag))
}

fn tag(changed_ms: i64) -> String {
    format!("\"{changed_ms}\"")
}

async fn change_user(
    State(app): State<App>,
    Who(caller): Who,
    Path(IdPath { id }): Path<IdPath>,
    NoApi(headers): NoApi<HeaderMap>,
    Json(given): Json<UserChangeJson>,
) -> Result<Answer<UserJson>, Problem> {
    let users = app.service.users(&caller).await?;
    let mut change = UserChange {
        role: given.role.as_deref().map(role).transpose()?,
        disabled: given.disabled,
        password: given.password.map(Secret::from),
        if_changed_ms: None,
    };
    if headers.contains_key(IF_MATCH) {
        let known = users.get(&id).await?.changed_ms;
        if !names_tag(&headers, IF_MATCH, &tag(known)) {
            return Err(Problem::new(RefusalReason::Changed, "the user was changed since it was read: read it again"));
        }
        change.if_changed_ms = Some(known);
    }
    let user = users.change(&id, change).await?;
    let tag = tag(user.changed_ms);
    Ok(Answer::new(user.into()).with(ETAG, tag))
}

async fn remove_user(
    State(app): State<App>,
    Who(caller): Who,
    Path(IdPath { id }): Path<IdPath>,
) -> Result<Done, Problem> {
    app.service.users(&caller).await?.remove(&id).await?;
    Ok(Done)
}

async fn tokens(
    State(app): State<App>,
    Who(caller): Who,
    Query(query): Query<PageQuery>,
) -> Result<Answer<TokenListJson>, Problem> {
    let page = page(query.limit, query.cursor)?;
    Ok(Answer::new(app.service.tokens(&caller).await?.list(&page).await?.into()))
}

async fn make_token(
    State(app): State<App>,
    Who(caller): Who,
    Json(given): Json<NewTokenJson>,
) -> Result<Answer<MadeTokenJson, 201>, Problem> {
    let expires_ms = given.expires_in_s.map(|seconds| now_ms().saturating_add(i64::from(seconds) * 1000));
    let (role, tenant) = (role(&given.role)?, tenant(given.tenant)?);
    let new = NewToken { label: given.label, role, user: given.user, tenant, expires_ms };
    Ok(Answer::new(app.service.tokens(&caller).await?.make(new).await?.into()))
}

async fn remove_token(
    State(app): State<App>,
    Who(caller): Who,
    Path(IdPath { id }): Path<IdPath>,
) -> Result<Done, Problem> {
    app.service.tokens(&caller).await?.remove(&id).await?;
    Ok(Done)
}

async fn audit(
    State(app): State<App>,
    Who(caller): Who,
    Query(query): Query<AuditQuery>,
) -> Result<Answer<AuditListJson>, Problem> {
    let AuditQuery { user, operation, since_ms, until_ms, limit, cursor } = query;
    let filter = AuditFilter { page: page(limit, cursor)?, user, operation, since_ms, until_ms };
    Ok(Answer::new(app.service.audit(&caller).await?.list(&filter).await?.into()))
}

fn role(text: &str) -> Result<Role, Problem> {
    let found = Role::ALL.into_iter().find(|role| role.name() == text);
    let shown: String = text.chars().take(40).collect();
    found.ok_or_else(|| Problem::invalid(format!("role: {shown:?} is none of viewer, runner, deployer, admin")))
}

fn tenant(text: Option<String>) -> Result<Option<Tenant>, Problem> {
    text.map(Tenant::try_from).transpose().map_err(|error| Problem::invalid(format!("tenant: {error}")))
}
